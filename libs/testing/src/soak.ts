/**
 * Gives how long a test runs: `usual` in `npm test`, `soak` in `npm run soak`, which sets COMMONCHART_SOAK=1 and runs the
 * test files that call this.
 */
export function chooseLength({ usual, soak }: { usual: number; soak: number }): number {
  return process.env.COMMONCHART_SOAK === '1' ? soak : usual
}
