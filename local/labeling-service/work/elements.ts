/** An element of a page. Names of attributes are in lower case, values as a browser would hand them to a script. */
interface Element {
  readonly attributes: ReadonlyMap<string, string>
  readonly content: string
}

const ATTRIBUTE = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g
const named: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', '\u00A0'],
])

/** The page without what is no element of it: comments, scripts and styles. */
export const elementsOnly = (page: string): string =>
  page.replaceAll(/<!--.*?-->/gs, '').replaceAll(/<(script|style)\b.*?<\/\1\s*>/gis, '')

/** The first element of this name. @param page without comments and scripts */
export function findElement(page: string, name: string): Element | undefined {
  const start = new RegExp(`<${name}(?=[\\s/>])((?:"[^"]*"|'[^']*'|[^'">])*)>`, 'i').exec(page)
  if (!start) return undefined
  const from = start.index + start[0].length
  const end = page.toLowerCase().indexOf(`</${name}`, from)
  return { attributes: attributesIn(start[1] ?? ''), content: page.slice(from, end < 0 ? page.length : end) }
}

function attributesIn(text: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>()
  for (const [, name = '', double, single, bare] of text.matchAll(ATTRIBUTE)) {
    const key = name.toLowerCase()
    if (!attributes.has(key)) attributes.set(key, unescaped(double ?? single ?? bare ?? ''))
  }
  return attributes
}

const unescaped = (text: string): string =>
  text.replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (whole, decimal, hexadecimal, name) => {
    if (name !== undefined) return named.get(name) ?? whole
    const point = decimal === undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal)
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole
  })
