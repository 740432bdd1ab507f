import type { NextConfig } from 'next'

/** Umbel loads its parts when they are needed: it is not for the bundler. */
const config: NextConfig = { serverExternalPackages: ['umbel'] }
export default config
