/**
 * For the api as a server. What a crowd asks at one moment is forgotten where it was made only if there is room for it there, and is copied else: V8's own 16 MB are
 * a few hundred requests. Megabytes.
 */
export const API_V8_FLAGS: readonly string[] = ['--max-semi-space-size=64'];
