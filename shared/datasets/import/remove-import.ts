import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError, readOrCorrupt, skipCorrupt } from '../../platform/state/corrupt-state.ts'
import { readState, removeState } from '../../platform/state/record.ts'
import { removeFolder } from '../../platform/storage/remove-folder.ts'
import { abortUploads, type ImportSubject, importFolder, isImportFile, planRef, readStanding } from './import-files.ts'
import { wasCompleted } from './import-role.ts'
import { slicePartsFolder } from './slice-receipt.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'uploads' | 'log'>

/** The ends of the rounds of an import that was removed, by which late messages are ignored. */
const ROUND_END = /^rounds\/(fetch|check)\/1\.json$/

/**
 * Removes the files and open uploads of an import that will not become current. The ends of its rounds remain, so that
 * late messages are ignored. Callers have made sure that the import is superseded.
 */
export async function removeImport(subject: ImportSubject, ports: Needs): Promise<void> {
  await removePlan(subject, ports)
  const folder = importFolder(subject, ports)
  const keep = (key: string): boolean => {
    const name = key.slice(folder.length)
    return ROUND_END.test(name) || !isImportFile(name)
  }
  await removeFolder(folder, ports, { keep })
}

/**
 * Removes the plan of an import and its open uploads. Of a corrupt plan, S3 removes the uploads after a week.
 * @returns whether there was a plan
 */
export async function removePlan(subject: ImportSubject, ports: Needs): Promise<boolean> {
  const ref = planRef(subject, ports)
  const plan = await readOrCorrupt(readState(ref, ports))
  if (plan && !(plan instanceof CorruptStateError)) await abortUploads(subject, plan.value, ports)
  if (plan) await removeState(ref, { etag: plan.etag ?? '' }, ports)
  return plan !== undefined
}

/**
 * Removes what was written for an import after its removal. Returns true if the import was removed. Workers call it after
 * their last write: as the state of the dataset changes before anything is removed, either the worker or the removal
 * removes that write.
 * @throws CorruptStateError when the state of the dataset is corrupt: nothing is removed
 */
export async function removeIfSuperseded(subject: ImportSubject, ports: Needs): Promise<boolean> {
  const { isSuperseded } = await readStanding(subject, ports)
  if (isSuperseded) await removeImport(subject, ports)
  return isSuperseded
}

/**
 * Cleans up after a worker: removes a superseded import, and the intermediate files of a completed one, which a slow
 * worker may have stored again. Does nothing while the state of the dataset is corrupt.
 */
export async function cleanUpImport(subject: ImportSubject, ports: Needs): Promise<void> {
  const standing = await skipCorrupt(readStanding(subject, ports), ports)
  if (!standing) return
  const { role, isSuperseded } = standing
  if (isSuperseded) await removeImport(subject, ports)
  else if (role !== 'lost' && wasCompleted(role)) await removeSliceParts(subject, ports)
}

/** Removes the intermediate files of an import. */
export const removeSliceParts = async (
  subject: ImportSubject,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<void> => void (await removeFolder(slicePartsFolder(subject, ports), ports))
