/** Formats a number as it is read in English: `10,000`. Pure. */
export const formatCount = (count: number): string => count.toLocaleString('en-US')

const UNITS = [
  [2 ** 30, 'GiB'],
  [2 ** 20, 'MiB'],
  [2 ** 10, 'KiB'],
  [1e6, 'MB'],
  [1e3, 'kB'],
] as const

/** Formats a size in the largest unit that leaves a whole number: `1 MiB`, `40 MB`, `4,095 bytes`. Pure. */
export function formatBytes(bytes: number): string {
  const unit = UNITS.find(([size]) => bytes >= size && bytes % size === 0)
  return unit ? `${formatCount(bytes / unit[0])} ${unit[1]}` : `${formatCount(bytes)} bytes`
}

const TIMES = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
] as const

/** Formats a duration in the largest unit that leaves a whole number: `2 hours`, `90 seconds`. Pure. */
export function formatSeconds(seconds: number): string {
  const [size, name] = TIMES.find(([unit]) => seconds >= unit && seconds % unit === 0) ?? [1, 'second']
  const count = seconds / size
  return `${formatCount(count)} ${name}${count === 1 ? '' : 's'}`
}

/** Formats an amount of US dollars with four decimals, as AWS prices single requests. Pure. */
export const formatDollars = (dollars: number): string => dollars.toFixed(4)

/** Puts text in a code span. Pure. */
export const code = (text: string): string => `\`${text}\``

/** Joins words as a sentence does: `a, b or c`. Pure. */
export function joinWords(words: readonly string[], conjunction = 'or'): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1)}`
}

/**
 * Writes a table. Pipes in cells are escaped, and line breaks become spaces. Pure.
 *
 * @example
 * table(['Code', 'Status'], [['`not-found`', '404']])
 */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, headings.map(() => '---'), ...rows]
  return lines.map((cells) => `| ${cells.map(escapeCell).join(' | ')} |`).join('\n')
}

const escapeCell = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' ').replaceAll('|', '\\|')

/** Returns the anchor that GitHub gives a heading: `PUT /v1/batches/{batch}` is `put-v1batchesbatch`. Pure. */
export const toAnchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')
