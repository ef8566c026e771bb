/** An error code and its explanation, in Markdown. */
export interface ErrorSection {
  readonly code: string
  readonly text: string
}

/**
 * Returns the sections of `docs/errors.md` that explain a code. Links become their text, as the documents that they lead to
 * are not served. Pure.
 */
export function readErrorSections(markdown: string): readonly ErrorSection[] {
  return markdown
    .split(/^## /m)
    .map((section) => {
      const [heading = '', ...lines] = section.split('\n')
      return { code: heading.trim(), text: lines.join('\n').trim() }
    })
    .filter(({ code }) => /^[a-z]+(-[a-z]+)*$/.test(code))
    .map(({ code, text }) => ({ code, text: text.replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1') }))
}
