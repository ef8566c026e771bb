import type { Registration } from '../../contracts/dataset.ts'
import { assertSameRequest } from '../../platform/http/assert-same-request.ts'
import { checkSources } from '../../platform/outbound/check-sources.ts'
import type { Ports } from '../../platform/ports.ts'
import { namedSources } from '../import/import-plan.ts'
import { CATALOG } from '../sources/catalog.ts'
import type { DatasetState } from '../state.ts'
import { assertNotDeleting, findDataset, getDataset, saveDataset } from '../store.ts'

/**
 * Registers a dataset. Idempotent.
 * @returns `created`: false in a dry run, or when the same registration exists
 * @throws AppError `conflict` when another dataset has the name, `wrong-state` when it is being deleted, `bad-source`
 *   when a bucket is not one of the configured source buckets
 */
export async function registerDataset(
  dataset: string,
  registration: Registration,
  { validateOnly }: { readonly validateOnly: boolean },
  ports: Pick<Ports, 'config' | 'objects' | 'newId'>,
): Promise<{ created: boolean; state: DatasetState }> {
  checkSources(
    [
      ...namedSources(registration.sources).map(({ source, uri }) => ({ at: `body.sources.${source}`, uri })),
      { at: 'body.imageLocation', uri: registration.imageLocation },
    ],
    ports.config,
  )
  const found = await findDataset(dataset, ports)
  if (found) return assertSameRegistration(dataset, registration, found.value)
  const state: DatasetState = { registration }
  if (validateOnly) return { created: false, state }
  if (await saveDataset(dataset, { etag: undefined }, state, ports)) return { created: true, state }
  return assertSameRegistration(dataset, registration, (await getDataset(dataset, ports)).value)
}

function assertSameRegistration(dataset: string, registration: Registration, state: DatasetState) {
  assertNotDeleting(dataset, state)
  const hint = dataset in CATALOG ? 'it is part of the catalog' : 'delete it first, or choose another name'
  assertSameRequest(state.registration, registration, `Another dataset is registered as "${dataset}"; ${hint}.`)
  return { created: false, state }
}
