import type { KindName } from '../people/kinds.ts'
import type { PersonWithAccess } from '../people/run-people.ts'
import { httpSend, type Send } from '../people/send.ts'
import type { Client } from './client.ts'
import type { Fleet } from './fleet.ts'

/** Sends the requests of people to the processes that are there, to each in turn. */
export const fleetSend =
  (fleet: Pick<Fleet, 'api'>): Send =>
  async (request) =>
    httpSend(await fleet.api())(request)

/** Creates a worker with a link for each person. */
export async function hirePeople(kinds: readonly KindName[], client: Client): Promise<PersonWithAccess[]> {
  const people: PersonWithAccess[] = []
  for (const [index, kind] of kinds.entries()) {
    const name = `${kind}-${index + 1}`
    const { json } = await client.call('PUT', `/v1/workers/${name}`, {})
    // A link is returned once: where the response was lost, the request was repeated, and there is no link in its response.
    const link = json.link ?? (await client.call('POST', `/v1/workers/${name}/rotate-link`)).json.link
    people.push({ name, kind, seed: index + 1, access: { secret: String(link).split('#')[1] ?? '' } })
  }
  return people
}

/** Returns the names of people by the pseudonyms that results have. */
export async function readNames(people: readonly PersonWithAccess[], client: Client): Promise<Map<string, string>> {
  const names = new Map<string, string>()
  for (const { name } of people) {
    const { json } = await client.call('GET', `/v1/workers/${name}`)
    for (const id of json.workerIds) names.set(id, name)
  }
  return names
}
