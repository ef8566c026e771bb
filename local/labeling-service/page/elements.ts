/** An HTML element. Attribute names are in lower case, and values are unescaped as in the DOM. */
interface Element {
  readonly attributes: ReadonlyMap<string, string>
  readonly content: string
}

const ATTRIBUTE = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g
const NAMED_ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', '\u00A0'],
])

/** Removes comments, scripts and styles from a page. */
export const stripNonElements = (page: string): string =>
  page.replaceAll(/<!--.*?-->/gs, '').replaceAll(/<(script|style)\b.*?<\/\1\s*>/gis, '')

/** Finds the first element of this name. @param page HTML without comments and scripts */
export function findElement(page: string, name: string): Element | undefined {
  const start = new RegExp(`<${name}(?=[\\s/>])((?:"[^"]*"|'[^']*'|[^'">])*)>`, 'i').exec(page)
  if (!start) return undefined
  const from = start.index + start[0].length
  const end = page.toLowerCase().indexOf(`</${name}`, from)
  return { attributes: parseAttributes(start[1] ?? ''), content: page.slice(from, end < 0 ? page.length : end) }
}

function parseAttributes(text: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>()
  for (const [, name = '', double, single, bare] of text.matchAll(ATTRIBUTE)) {
    const key = name.toLowerCase()
    if (!attributes.has(key)) attributes.set(key, unescapeHtml(double ?? single ?? bare ?? ''))
  }
  return attributes
}

const unescapeHtml = (text: string): string =>
  text.replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (whole, decimal, hexadecimal, name) => {
    if (name !== undefined) return NAMED_ENTITIES.get(name) ?? whole
    const point = decimal === undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal)
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole
  })
