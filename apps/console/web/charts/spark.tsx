/** How many requests there were, day by day, as a picture of a line's height; what it says is said beside it. */
export function Spark({ values }: { values: number[] }) {
  const most = Math.max(1, ...values)
  const width = 120
  const height = 28
  const points = values.map(
    (value, at) =>
      `${((at / Math.max(1, values.length - 1)) * width).toFixed(1)},${(height - 2 - (value / most) * (height - 4)).toFixed(1)}`,
  )
  return (
    <svg
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      aria-hidden="true"
      focusable="false"
    >
      <polyline points={points.join(' ')} fill="none" stroke="var(--chart-requests)" strokeWidth="1.5" />
    </svg>
  )
}
