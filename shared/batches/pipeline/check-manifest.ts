import { AppError } from '../../contracts/errors.ts'
import { hasImageList } from '../../manifests/input/image-facts.ts'
import type { Ports } from '../../platform/ports.ts'
import type { RemainingRun } from './remaining-steps.ts'

/** @throws AppError `wrong-state` when a manifest that is to come wants provenance, and the dataset tells none */
export async function checkManifest({ request, steps, importId }: RemainingRun, ports: Ports): Promise<void> {
  if (!steps.includes('manifest') || !request.manifest?.provenance || importId === undefined) return
  if (await hasImageList(request.dataset, importId, ports)) return
  const message = `"${request.dataset}" has no image list: ask for no provenance`
  const at = 'body.manifest.provenance'
  throw new AppError('wrong-state', `${at}: ${message}.`, [{ at, message }])
}
