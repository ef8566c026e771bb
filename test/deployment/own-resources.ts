import type { Template } from './template.ts'

/**
 * Lists the resources that a template has only because of one function: the function, what nothing else refers to, and
 * what refers to it but to no other function.
 * @param raw the template with its references
 * @param id the logical id of the function
 * @returns logical ids
 */
export function listOwnResources({ Resources }: Template, id: string): string[] {
  const references = new Map(Object.entries(Resources).map(([from, resource]) => [from, findIds(resource, Resources)]))
  const isFunction = (one: string): boolean => Resources[one]?.Type === 'AWS::Lambda::Function'
  const listUsers = (one: string): string[] => [...references].flatMap(([from, ids]) => (ids.has(one) ? [from] : []))
  const own = new Set([id])
  const belongs = (one: string): boolean => {
    const [ids, users] = [[...(references.get(one) ?? [])], listUsers(one)]
    const isForOwn = ids.some((other) => own.has(other)) && !ids.some((other) => isFunction(other) && !own.has(other))
    return (isForOwn && !isFunction(one)) || (users.length > 0 && users.every((user) => own.has(user)))
  }
  for (let before = 0; before < own.size; ) {
    before = own.size
    for (const one of references.keys()) if (belongs(one)) own.add(one)
  }
  return [...own]
}

/** Finds the logical ids that a resource mentions, in `Ref`, `Fn::GetAtt` or `Fn::Sub`. `DependsOn` is only an order. */
function findIds(resource: object, resources: Template['Resources']): Set<string> {
  const text = JSON.stringify({ ...resource, DependsOn: undefined })
  const mentioned = [...text.matchAll(/"(\w+)"|\$\{(\w+)/g)].map(
    ([, quoted, substituted]) => quoted ?? substituted ?? '',
  )
  return new Set(mentioned.filter((id) => id in resources))
}
