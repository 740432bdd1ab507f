/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  // Pages are served by our own HTTP server (lib/server); nothing of Next's image service is used.
  images: { unoptimized: true },
  productionBrowserSourceMaps: false,
  devIndicators: false,
  // The type check is a step of its own (`npm run types`), over the whole tree.
  typescript: { ignoreBuildErrors: true },
}
