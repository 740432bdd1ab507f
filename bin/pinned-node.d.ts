export const packageRoot: URL
export function isNewEnough(version: string): boolean
export function pinnedNode(): string
export function runUnderPinnedNode(args: readonly string[]): void
