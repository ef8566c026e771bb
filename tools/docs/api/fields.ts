import { code, table } from '../markdown.ts'
import type { Schema, Schemas } from './schema.ts'
import { describeType } from './type-text.ts'

interface Field {
  /** `annotations.uri`, `steps[].state` */
  readonly name: string
  readonly schema: Schema
  readonly isRequired: boolean
}

/** Writes the fields of an object that a caller sends, with their defaults. Pure. */
export const writeRequestFields = (schema: Schema, schemas: Schemas): string =>
  table(
    ['Field', 'Type', 'Default', 'Description'],
    listFields(schema).map((field) => [
      code(field.name),
      describeType(field.schema, schemas),
      describeDefault(field.schema, field.isRequired),
      field.schema.description ?? '',
    ]),
  )

/** Writes the fields of an object that the service returns. Pure. */
export const writeAnswerFields = (schema: Schema, schemas: Schemas): string =>
  table(
    ['Field', 'Type', 'Description'],
    listFields(schema).map((field) => [
      code(field.name),
      `${describeType(field.schema, schemas)}${field.isRequired ? '' : ' (optional)'}`,
      field.schema.description ?? '',
    ]),
  )

/** Describes what a field is when a request leaves it out: `required`, its default, or nothing. Pure. */
export function describeDefault(schema: Schema, isRequired: boolean): string {
  const { default: fallback } = schema
  if (fallback !== undefined) return code(typeof fallback === 'string' ? fallback : JSON.stringify(fallback))
  return isRequired ? '**required**' : ''
}

/** Lists the fields of an object; fields of objects inside it follow with a dotted name. Pure. */
export function listFields({ properties = {}, required = [] }: Schema, prefix = ''): Field[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const full = `${prefix}${name}`
    const inner = schema.type === 'array' ? schema.items : schema
    const dotted = schema.type === 'array' ? `${full}[].` : `${full}.`
    return [
      { name: full, schema, isRequired: required.includes(name) },
      ...(inner?.properties ? listFields(inner, dotted) : []),
    ]
  })
}
