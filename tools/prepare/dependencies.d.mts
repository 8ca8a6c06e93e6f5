/** Installs node_modules of a folder from its lockfile, unless they are what it says already; our own when left out. */
export function ensureDependencies(folder?: string): Promise<void>;
