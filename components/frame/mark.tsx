/** The umbel: one stem, many rays, a flower on each. */
export function Mark({ size = 20 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" fill="none" aria-hidden className="shrink-0 text-accent">
      <path
        d="M10 19V11M10 11 3.2 5.6M10 11 6.4 3.4M10 11V2.6M10 11l3.6-7.6M10 11l6.8-5.4"
        stroke="currentColor"
        strokeWidth={1.4}
        strokeLinecap="round"
      />
      <g fill="currentColor">
        <circle cx="2.6" cy="5" r="1.5" />
        <circle cx="6" cy="2.6" r="1.5" />
        <circle cx="10" cy="1.8" r="1.5" />
        <circle cx="14" cy="2.6" r="1.5" />
        <circle cx="17.4" cy="5" r="1.5" />
      </g>
    </svg>
  )
}
