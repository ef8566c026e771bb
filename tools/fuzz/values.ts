import type { Random } from '../soak/random.ts'
import type { Schema } from './contract.ts'

/** Whatever JSON can hold. */
export type Value = unknown

/** Values to choose from. */
export type Pool = readonly [unknown, ...unknown[]]

/** Words that mean something, by the name of the field that takes them: without these, nearly all would be refused. */
export type Pools = Readonly<Record<string, Pool>>

const MOST_ITEMS = 3
const MOST_DEPTH = 6

/** A value that fits a schema, with words of the pools where there are some. */
export function valueFor(
  schema: Schema,
  name: string,
  pools: Pools,
  schemas: Schemas,
  random: Random,
  depth = 0,
): Value {
  const inner = (one: Schema, as: string) => valueFor(one, as, pools, schemas, random, depth + 1)
  const pool = pools[name]
  if (pool && depth > 0) return random.pick(pool)
  if (schema.$ref) return inner(schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, depth > 0 ? name : '')
  if (schema.enum) return schema.enum[random.between(0, schema.enum.length)]
  if (schema.anyOf) return inner(schema.anyOf[random.between(0, schema.anyOf.length)] ?? {}, name)
  switch (schema.type) {
    case 'object':
      return objectOf(schema, random, depth, inner)
    case 'array':
      return Array.from({ length: random.between(schema.minItems ?? 0, MOST_ITEMS + 1) }, () =>
        inner(schema.items ?? {}, name),
      )
    case 'integer':
    case 'number':
      return numberOf(schema, random)
    case 'boolean':
      return random.chance(0.5)
    default:
      return random.pick(['word', 'two words', 'Größe', 'x'])
  }
}

type Schemas = Readonly<Record<string, Schema>>

function objectOf(schema: Schema, random: Random, depth: number, inner: (one: Schema, name: string) => Value): Value {
  if (typeof schema.additionalProperties === 'object') return { team: inner(schema.additionalProperties, 'tag') }
  const known = Object.entries(schema.properties ?? {})
  // About two of those that may be left out: of very many, one too much is soon wrong.
  const share = depth < MOST_DEPTH ? Math.min(0.3, 2 / known.length) : 0
  const wanted = known.filter(([key]) => schema.required?.includes(key) || random.chance(share))
  return Object.fromEntries(wanted.map(([key, one]) => [key, inner(one, key)]))
}

/** Mostly a small number, at times one of the bounds. */
function numberOf({ minimum = 1, maximum = 1000 }: Schema, random: Random): number {
  if (random.chance(0.1)) return random.pick([minimum, maximum])
  return Math.min(maximum, minimum + random.between(0, 5))
}
