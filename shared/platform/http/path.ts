/** A path template, parsed by `parsePathTemplate`. */
export interface PathTemplate {
  /** The template as declared: `/v1/batches/{batch}`. */
  readonly template: string
  /** Its parameter names, in order. */
  readonly params: readonly string[]
  /** Equal for two templates that match the same paths. Sorts literal segments before parameters, left to right. */
  readonly shape: string
  /** Returns the parameters of a path that the template matches, else undefined. Takes the segments without the leading slash. */
  match(segments: readonly string[]): Readonly<Record<string, string>> | undefined
}

/**
 * Parses a path template. A parameter matches one whole, non-empty segment. Pure.
 *
 * @example
 * parsePathTemplate('/v1/batches/{batch}').match(['v1', 'batches', 'tires']) // { batch: 'tires' }
 */
export function parsePathTemplate(template: string): PathTemplate {
  const parts = splitPath(template).map((literal) => ({ literal, name: PARAMETER.exec(literal)?.[1] }))
  return {
    template,
    params: parts.flatMap(({ name }) => name ?? []),
    shape: parts.map(({ literal, name }) => (name === undefined ? ` ${literal}` : '~')).join('/'),
    match: (segments) => {
      const matches = parts.every(({ literal, name }, at) =>
        name === undefined ? segments[at] === literal : segments[at] !== '',
      )
      if (segments.length !== parts.length || !matches) return undefined
      return Object.fromEntries(
        parts.flatMap(({ name }, at) => (name === undefined ? [] : [[name, segments[at] ?? '']])),
      )
    },
  }
}

const PARAMETER = /^\{(.*)\}$/

/** Compares templates for sorting: the more specific one first, so that `/batches/latest` precedes `/batches/{batch}`. */
export const compareSpecificity = (a: PathTemplate, b: PathTemplate): number =>
  a.shape < b.shape ? -1 : a.shape > b.shape ? 1 : 0

/** Splits a path into its segments, without the leading slash: `/a/b/` becomes `a`, `b` and an empty segment. */
export const splitPath = (path: string): string[] => path.split('/').slice(1)

/** Splits a path and decodes the percent-encoding of each segment. Returns undefined for malformed encoding. */
export function decodePath(path: string): string[] | undefined {
  try {
    return splitPath(path).map(decodeURIComponent)
  } catch {
    return undefined
  }
}

/** Replaces each parameter of a template with the value that `toValue` returns for its name. */
export const expandPath = (template: string, toValue: (name: string) => string): string =>
  template.replaceAll(/\{([^{}/]*)\}/g, (_, name: string) => toValue(name))
