/** Keys to commands. */
export function useKeys(): void {}
