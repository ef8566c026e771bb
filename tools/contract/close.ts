/** Keys whose values are data and no schemas. */
const DATA = new Set(['default', 'enum', 'const', 'example', 'examples'])

/**
 * The contract with every object closed: who reads an answer lets unknown fields be, but we must not send any. Pure.
 * @param inAllOf whether it is one of several parts that an object must fit, each of which tells only some fields
 */
export function closed(value: unknown, inAllOf = false): unknown {
  if (Array.isArray(value)) return value.map((item) => closed(item, inAllOf))
  if (typeof value !== 'object' || value === null) return value
  const copy = Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, DATA.has(key) ? one : closed(one, key === 'allOf')]),
  )
  const isOpen = copy.type === 'object' && 'properties' in copy && copy.additionalProperties === undefined
  return isOpen && !inAllOf ? { ...copy, additionalProperties: false } : copy
}
