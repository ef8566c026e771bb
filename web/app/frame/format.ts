const LOCALE = 'en'

const counts = new Intl.NumberFormat(LOCALE)
const shares = new Intl.NumberFormat(LOCALE, { style: 'percent', maximumFractionDigits: 0 })
const decimals = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 })
const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto' })
const exact = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'medium' })

/** Formats a count: `12,345`. Pure. */
export const formatCount = (count: number): string => counts.format(count)

/** Formats a share of 1 in percent: `85%`. Pure. */
export const formatShare = (share: number): string => shares.format(share)

/** Formats a number with at most one decimal: `2.7`. Pure. */
export const formatDecimal = (value: number): string => decimals.format(value)

/** Formats a count with its noun: `1 image`, `2 images`. Pure. @param plural for nouns that do not just add an s */
export const formatNoun = (count: number, noun: string, plural = `${noun}s`): string =>
  `${formatCount(count)} ${count === 1 ? noun : plural}`

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** Formats a size in decimal units: `3.6 MB`. Pure. */
export function formatBytes(bytes: number): string {
  const power = Math.min(BYTE_UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)))
  const unit = BYTE_UNITS[power] ?? 'byte'
  return new Intl.NumberFormat(LOCALE, {
    style: 'unit',
    unit,
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: 1,
  }).format(bytes / 1000 ** power)
}

const DURATIONS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

/** Formats a duration by its two largest units: `2 hours 5 minutes`. Pure. */
export function formatDuration(seconds: number): string {
  if (seconds < 10) return formatNoun(Math.round(seconds * 10) / 10, 'second')
  let rest = Math.round(seconds)
  const parts: string[] = []
  for (const [unit, size] of DURATIONS) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0) parts.push(formatNoun(count, unit))
    else if (parts.length > 0) break
    if (parts.length === 2) break
  }
  return parts.join(' ')
}

/** Formats a time by its distance from now: `5 minutes ago`, `in 2 hours`. Pure. */
export function formatRelative(instant: string, now: number): string {
  const seconds = (Date.parse(instant) - now) / 1000
  // Clocks differ by seconds.
  if (Math.abs(seconds) < 10) return 'just now'
  for (const [unit, size] of DURATIONS)
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit)
  return 'just now'
}

/** Formats a time with its date, in the time zone of the browser. Pure. */
export const formatExact = (instant: string): string => exact.format(Date.parse(instant))
