/** Once the page has done what a viewer waits for: what nobody waits for may be loaded then. */
export const idle = new Promise<unknown>((resolve) => (window.requestIdleCallback ?? setTimeout)(resolve));
