import type { Random } from '../../local/seeded-random.ts'
import type { Schema } from './contract.ts'

/** Any JSON value. */
export type Value = unknown

/** Values to pick from. */
export type Pool = readonly [unknown, ...unknown[]]

/** Meaningful values by field name. Without them almost all requests would be rejected. */
export type Pools = Readonly<Record<string, Pool>>

const MAX_ITEMS = 3
const MAX_DEPTH = 6

/** Generates a value that matches a schema, from the pool of its field if there is one. */
export function makeValue(
  schema: Schema,
  name: string,
  pools: Pools,
  schemas: Schemas,
  random: Random,
  depth = 0,
): Value {
  const makeInner = (one: Schema, as: string) => makeValue(one, as, pools, schemas, random, depth + 1)
  const pool = pools[name]
  if (pool && depth > 0) return random.pick(pool)
  if (schema.$ref) return makeInner(schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, depth > 0 ? name : '')
  if (schema.enum) return schema.enum[random.between(0, schema.enum.length)]
  if (schema.anyOf) return makeInner(schema.anyOf[random.between(0, schema.anyOf.length)] ?? {}, name)
  switch (schema.type) {
    case 'object':
      return makeObject(schema, random, depth, makeInner)
    case 'array':
      return Array.from({ length: random.between(schema.minItems ?? 0, MAX_ITEMS + 1) }, () =>
        makeInner(schema.items ?? {}, name),
      )
    case 'integer':
    case 'number':
      return makeNumber(schema, random)
    case 'boolean':
      return random.chance(0.5)
    default:
      return random.pick(['word', 'two words', 'Größe', 'x'])
  }
}

type Schemas = Readonly<Record<string, Schema>>

function makeObject(
  schema: Schema,
  random: Random,
  depth: number,
  makeInner: (one: Schema, name: string) => Value,
): Value {
  if (typeof schema.additionalProperties === 'object') return { team: makeInner(schema.additionalProperties, 'tag') }
  const known = Object.entries(schema.properties ?? {})
  // About two optional fields, because with many of them most requests would be invalid.
  const share = depth < MAX_DEPTH ? Math.min(0.3, 2 / known.length) : 0
  const wanted = known.filter(([key]) => schema.required?.includes(key) || random.chance(share))
  return Object.fromEntries(wanted.map(([key, one]) => [key, makeInner(one, key)]))
}

/** Generates a small number, or sometimes one of the limits. */
function makeNumber({ minimum = 1, maximum = 1000 }: Schema, random: Random): number {
  if (random.chance(0.1)) return random.pick([minimum, maximum])
  return Math.min(maximum, minimum + random.between(0, 5))
}
