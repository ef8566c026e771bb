import { XMLParser, XMLValidator } from 'fast-xml-parser'
import type * as z from 'zod'
import { S3Error } from './errors.ts'

/** The content of an element: text, child elements by name, or an array for a repeated element. Undefined omits it. */
type XmlValue = string | number | boolean | undefined | XmlElements | readonly XmlValue[]
export interface XmlElements {
  readonly [name: string]: XmlValue
}

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/'
const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Escapes text. Control characters become references, because a parser would normalize (`\r`) or reject them. */
function escapeText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: keys may contain them
  return text.replace(/[&<>"\u0000-\u001f]/g, (character) => {
    return entities[character] ?? `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`
  })
}

function renderElement(name: string, value: XmlValue): string {
  if (value === undefined) return ''
  if (isList(value)) return value.map((item) => renderElement(name, item)).join('')
  if (typeof value === 'object') return `<${name}>${renderElements(value)}</${name}>`
  return `<${name}>${escapeText(String(value))}</${name}>`
}

/** `Array.isArray` does not narrow a readonly array. */
const isList = (value: XmlValue): value is readonly XmlValue[] => Array.isArray(value)

const renderElements = (content: XmlElements) =>
  Object.entries(content)
    .map(([name, value]) => renderElement(name, value))
    .join('')

/** Renders a document. Errors have no namespace; all other documents have that of S3. */
export function renderXml(root: string, content: XmlElements | string): string {
  const inner = typeof content === 'string' ? escapeText(content) : renderElements(content)
  const open = root === 'Error' ? root : `${root} xmlns="${NAMESPACE}"`
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${open}>${inner}</${root}>`
}

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false, // keys may start or end with spaces
  htmlEntities: true, // for numeric references
  removeNSPrefix: true,
})

/**
 * Parses a document with this root element and validates it against the schema.
 * @throws S3Error `MalformedXML`
 */
export function parseXml<Output>(text: string, root: string, schema: z.ZodType<Output>): Output {
  if (XMLValidator.validate(text) !== true) throw new S3Error('MalformedXML')
  const parsed = schema.safeParse(parser.parse(text)?.[root])
  if (!parsed.success) throw new S3Error('MalformedXML')
  return parsed.data
}
