/** The components of an OpenAPI document by kind and name. */
type Components = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** Kinds that are used by name, without a reference. */
const USED_BY_NAME: readonly string[] = ['securitySchemes']

/** Removes components that nothing refers to, and those that only they refer to. Pure. */
export function removeUnused<Document extends { readonly components?: object | undefined }>(
  document: Document,
): Document {
  const components = document.components as Components
  const used = findReferences({ ...document, components: {} })
  for (const reference of used) for (const next of findReferences(follow(reference, components))) used.add(next)
  const kept = Object.entries(components).map(([kind, named]) => {
    const isUsed = ([name]: [string, unknown]) =>
      USED_BY_NAME.includes(kind) || used.has(`#/components/${kind}/${name}`)
    return [kind, Object.fromEntries(Object.entries(named).filter(isUsed))]
  })
  return { ...document, components: Object.fromEntries(kept) }
}

/** Returns every `$ref` in a value. A set may grow while it is iterated, which visits what was added. */
function findReferences(value: unknown): Set<string> {
  const found = new Set<string>()
  JSON.stringify(value, (key, one) => {
    // A discriminator's `mapping` repeats references of its union.
    if (key === '$ref') found.add(String(one))
    return one
  })
  return found
}

function follow(reference: string, components: Components): unknown {
  const [, , kind = '', name = ''] = reference.split('/')
  return components[kind]?.[name]
}
