import { XMLParser, XMLValidator } from 'fast-xml-parser'
import type * as z from 'zod'
import { S3Error } from './errors.ts'

/** An element's content: text, elements by name, or several elements of one name. Undefined leaves the element out. */
type XmlValue = string | number | boolean | undefined | XmlElements | readonly XmlValue[]
export interface XmlElements {
  readonly [name: string]: XmlValue
}

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/'
const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Control characters become references, since a parser would otherwise change (`\r`) or refuse them. */
function escapeText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: keys may hold them
  return text.replace(/[&<>"\u0000-\u001f]/g, (character) => {
    return entities[character] ?? `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`
  })
}

function element(name: string, value: XmlValue): string {
  if (value === undefined) return ''
  if (isList(value)) return value.map((item) => element(name, item)).join('')
  if (typeof value === 'object') return `<${name}>${elements(value)}</${name}>`
  return `<${name}>${escapeText(String(value))}</${name}>`
}

/** `Array.isArray` does not narrow a readonly array. */
const isList = (value: XmlValue): value is readonly XmlValue[] => Array.isArray(value)

const elements = (content: XmlElements) =>
  Object.entries(content)
    .map(([name, value]) => element(name, value))
    .join('')

/** A document with this root. Errors have no namespace, everything else has S3's. */
export function renderXml(root: string, content: XmlElements | string): string {
  const inner = typeof content === 'string' ? escapeText(content) : elements(content)
  const open = root === 'Error' ? root : `${root} xmlns="${NAMESPACE}"`
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${open}>${inner}</${root}>`
}

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false, // keys may begin or end with spaces
  htmlEntities: true, // for numeric references
  removeNSPrefix: true,
})

/**
 * The content of a document with this root, as the schema has it.
 * @throws S3Error `MalformedXML`
 */
export function parseXml<Output>(text: string, root: string, schema: z.ZodType<Output>): Output {
  if (XMLValidator.validate(text) !== true) throw new S3Error('MalformedXML')
  const parsed = schema.safeParse(parser.parse(text)?.[root])
  if (!parsed.success) throw new S3Error('MalformedXML')
  return parsed.data
}
