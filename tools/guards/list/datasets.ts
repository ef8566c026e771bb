import type { Guard } from '../guard.ts'

const ROLE = 'shared/datasets/import/import-role.ts'
const REMOVE = 'shared/datasets/import/remove-import.ts'
const PACKED = 'shared/datasets/import/packed-digits.ts'
const FORGET = 'shared/datasets/register/forget.ts'
const ROLE_TEST = 'test/datasets/import/import-role.test.ts'
const RUNNING_TEST = 'test/datasets/damaged-running-import.test.ts'
const COUNT_TEST = 'test/datasets/import/count-classes.test.ts'
const STATE_TEST = 'test/datasets/damaged-dataset-state.test.ts'
const FOREIGN_TEST = 'test/datasets/foreign-objects.test.ts'
const FORGET_TEST = 'test/datasets/register/forget.test.ts'
const CANCEL_TEST = 'test/datasets/import/cancel-import.test.ts'

/** `shared/datasets/`: imports, and the deletion of datasets. */
export const DATASET_GUARDS: readonly Guard[] = [
  {
    prevents: 'A lost dataset.json alone has all its imports removed.',
    file: ROLE,
    text: 'if (!state) return !hasPlan',
    without: 'if (!state) return true',
    tests: [ROLE_TEST],
  },
  {
    prevents: 'The files of an import stay whose dataset was deleted.',
    file: ROLE,
    text: 'if (!state) return !hasPlan',
    without: 'if (!state) return false',
    tests: [ROLE_TEST],
  },
  {
    prevents: 'An import is removed while it is running.',
    file: ROLE,
    text: "role !== 'running' && ",
    without: '',
    tests: [ROLE_TEST],
  },
  {
    prevents: 'The current import is removed by a late message.',
    file: ROLE,
    text: ' && !wasCompleted(role)',
    without: '',
    tests: [ROLE_TEST],
  },
  {
    prevents: 'An import is removed that batches still read.',
    file: ROLE,
    text: "role === 'current' || role === 'replaced'",
    without: "role === 'current'",
    tests: [ROLE_TEST],
  },
  {
    prevents: 'A worker keeps the import of a dataset that is being deleted.',
    file: ROLE,
    text: '  if (state.deleting) return true\n',
    without: '',
    tests: [ROLE_TEST],
  },
  {
    prevents: 'An import that was cancelled becomes the current one.',
    file: 'shared/datasets/import/end-import.ts',
    text: "findRole(importId, state) === 'running' ? change(state) : undefined",
    without: 'change(state)',
    tests: [CANCEL_TEST],
  },
  {
    prevents: 'A dataset counts what a slice of another size has.',
    file: PACKED,
    text: 'if (stored.size !== offsets.at(-1))',
    without: 'if (false)',
    tests: [COUNT_TEST],
  },
  {
    prevents: 'A dataset counts what a slice with other content has.',
    file: PACKED,
    text: 'digitHashes && hashBlock(bytes) !== digitHashes[digit]',
    without: 'false',
    tests: [COUNT_TEST],
  },
  {
    prevents: 'Source files are recorded of which parts are missing.',
    file: 'shared/datasets/import/stored-sources.ts',
    text: 'if (totals.blocks.length !== chunkCount({ files }))',
    without: 'if (false)',
    tests: [RUNNING_TEST],
  },
  {
    prevents: 'A cancelled import removes what somebody else put into its folder.',
    file: REMOVE,
    text: ' || !isImportFile(name)',
    without: '',
    tests: [FOREIGN_TEST],
  },
  {
    prevents: 'A late message of a cancelled import starts its round anew.',
    file: REMOVE,
    text: 'ROUND_END.test(name) || ',
    without: '',
    tests: [CANCEL_TEST],
  },
  {
    prevents: 'A worker fails for ever while the state of its dataset is corrupt.',
    file: REMOVE,
    text: 'await skipCorrupt(readStanding(subject, ports), ports)',
    without: 'await readStanding(subject, ports)',
    tests: [STATE_TEST],
  },
  {
    prevents: 'A dataset is deleted while an import runs.',
    file: FORGET,
    text: '  if (!importing) return\n',
    without: '  return\n',
    tests: [FORGET_TEST],
  },
  {
    prevents: 'The slower of two deletions removes a dataset that was registered again.',
    file: FORGET,
    text: 'async () => (await findDeleting()) !== undefined',
    without: 'async () => true',
    tests: [FORGET_TEST],
  },
  {
    prevents: 'The deletion of a corrupt dataset goes on after it was repaired.',
    file: FORGET,
    text: 'async () => (await findEtag()) === etag',
    without: 'async () => true',
    tests: [STATE_TEST],
  },
  {
    prevents: 'A corrupt dataset cannot be deleted.',
    file: FORGET,
    text: '  if (found instanceof CorruptStateError) return forgetCorrupt(dataset, found, ports)\n',
    without: '  if (found instanceof CorruptStateError) throw found\n',
    tests: [STATE_TEST],
  },
  {
    prevents: 'A deletion removes what has a name of ours in a folder that is no import.',
    file: 'shared/datasets/register/find-imports.ts',
    text: 'if (objects.some(({ key }) => isImportRecord(key.slice(folder.length + importId.length + 1)))) found',
    without: 'if (objects.length > 0) found',
    tests: [FOREIGN_TEST],
  },
  {
    prevents: 'A damaged end of a round keeps an import from being cancelled.',
    file: 'shared/datasets/import/cancel-import.ts',
    text: 'await skipCorrupt(cancelRound(ref, ports), ports)',
    without: '(await readEnd(ref, ports)) ?? (await cancelRound(ref, ports))',
    tests: [RUNNING_TEST],
  },
]
