import type { Guard } from '../guard.ts'

const PINNED = 'shared/platform/storage/pinned-file.ts'
const OWN = 'shared/platform/storage/remove-own.ts'
const FOLDER = 'shared/platform/storage/remove-folder.ts'
const MULTIPART = 'shared/platform/storage/multipart.ts'
const PINNED_TEST = 'test/platform/storage/pinned-file.test.ts'
const REMOVAL_TEST = 'test/platform/storage/removal.test.ts'
const MULTIPART_TEST = 'test/platform/storage/multipart.test.ts'
const HASH_TEST = 'test/platform/storage/content-hash.test.ts'

/** `shared/platform/storage/`: pinned files, removals, uploads. */
export const STORAGE_GUARDS: readonly Guard[] = [
  {
    prevents: 'A file that was replaced is read as the pinned one.',
    file: PINNED,
    text: 'openStored(key, ports, pinned.etag)',
    without: 'openStored(key, ports)',
    tests: [PINNED_TEST],
  },
  {
    prevents: 'A file is read whose size is not the pinned one.',
    file: PINNED,
    text: 'if (source.size === pinned.bytes) return source',
    without: 'return source',
    tests: [PINNED_TEST],
  },
  {
    prevents: 'A file of the pinned size is read whose content has changed.',
    file: PINNED,
    text: '  if (hash.digest() !== contentHash) throw changed()\n',
    without: '',
    tests: [PINNED_TEST],
  },
  {
    prevents: 'A file is hashed as far as it goes although its size tells that it has changed.',
    file: PINNED,
    text: '  if (current.size !== bytes) throw changed()\n',
    without: '',
    tests: [PINNED_TEST],
  },
  {
    prevents: 'A small file that was replaced is read as the pinned one.',
    file: PINNED,
    text: 'stored.etag === etag && ',
    without: '',
    tests: [PINNED_TEST],
  },
  {
    prevents: 'A small file is read whose content has changed.',
    file: PINNED,
    text: 'if (hash.digest() !== contentHash) throw new CorruptStateError',
    without: 'if (false) throw new CorruptStateError',
    tests: [PINNED_TEST],
  },
  {
    prevents: 'The hash of a file depends on the pieces in which its bytes arrive.',
    file: 'shared/platform/storage/content-hash.ts',
    text: 'if (held === BLOCK_BYTES) close()',
    without: 'close()',
    tests: [HASH_TEST],
  },
  {
    prevents: 'Two files have one hash as the order of their blocks does not count.',
    file: 'shared/platform/storage/content-hash.ts',
    text: 'for (const block of blocks)',
    without: 'for (const block of blocks.toSorted())',
    tests: [HASH_TEST],
  },
  {
    prevents: 'A deletion removes what somebody else put into the folder.',
    file: OWN,
    text: 'isOwn(key.slice(folder.length))',
    without: 'true',
    tests: [REMOVAL_TEST],
  },
  {
    prevents: 'A deletion removes an object of ours that was replaced since it was listed.',
    file: OWN,
    text: 'remove(own)',
    without: 'remove(own.map(({ key }) => ({ key })))',
    tests: [REMOVAL_TEST],
  },
  {
    prevents: 'A slow deletion removes objects of a folder that was recreated.',
    file: OWN,
    text: '    if (!(await isStillCurrent())) break\n',
    without: '',
    tests: [REMOVAL_TEST],
  },
  {
    prevents: 'A deletion removes its record before all else, and cannot be resumed.',
    file: OWN,
    text: 'isRecord(key.slice(folder.length))',
    without: 'false',
    tests: [REMOVAL_TEST],
  },
  {
    prevents: 'A deletion counts what it did not remove.',
    file: OWN,
    text: 'own.length - stayed.length',
    without: 'own.length',
    tests: [REMOVAL_TEST],
  },
  {
    prevents: 'Emptying a folder removes what is to be kept.',
    file: FOLDER,
    text: '!keep(key)',
    without: 'true',
    tests: [REMOVAL_TEST],
  },
  {
    prevents: 'Emptying a folder removes an object that was replaced since it was listed.',
    file: FOLDER,
    text: 'remove(doomed)',
    without: 'remove(doomed.map(({ key }) => ({ key })))',
    tests: [REMOVAL_TEST],
  },
  {
    prevents: 'Emptying a folder goes on after the folder was recreated.',
    file: FOLDER,
    text: '    if (!(await isStillCurrent())) return removed\n',
    without: '',
    tests: [REMOVAL_TEST],
  },
  {
    prevents: 'A small upload overwrites an object in spite of its condition.',
    file: MULTIPART,
    text: 'objects.put(key, last, condition)',
    without: 'objects.put(key, last)',
    tests: [MULTIPART_TEST],
  },
  {
    prevents: 'A large upload overwrites an object in spite of its condition.',
    file: MULTIPART,
    text: 'uploads.complete(key, uploadId, parts, condition)',
    without: 'uploads.complete(key, uploadId, parts)',
    tests: [MULTIPART_TEST],
  },
  {
    prevents: 'The parts of an upload that failed stay, and cost.',
    file: MULTIPART,
    text: 'if (uploadId !== undefined && etag === undefined)',
    without: 'if (false)',
    tests: [MULTIPART_TEST],
  },
  {
    prevents: 'An upload that was lost is reported as a failed condition.',
    file: MULTIPART,
    text: '  if (!current || (',
    without: '  if (current && (',
    tests: [MULTIPART_TEST],
  },
  {
    prevents: 'An upload that failed over the expected version is reported as a failed condition.',
    file: MULTIPART,
    text: " || ('etag' in condition && current.etag === condition.etag)",
    without: '',
    tests: [MULTIPART_TEST],
  },
  {
    prevents: 'An upload that must not be repeated is taken for a failed condition.',
    file: MULTIPART,
    text: " || error.code !== 'wrong-state'",
    without: '',
    tests: [MULTIPART_TEST],
  },
  {
    prevents: 'Pages cannot show the copies of a batch before it has a labeling job.',
    file: 'shared/copying/start-copy.ts',
    text: 'options, () => tryPagesCors(ports))',
    without: 'options, async () => void tryPagesCors)',
    tests: ['test/copying/pages-cors.test.ts'],
  },
  {
    prevents: 'A bucket whose CORS rules may not be changed gets no copies.',
    file: 'shared/platform/storage/pages-cors.ts',
    text: "    ports.log.warn('cors_rule.failed', { error })\n",
    without: '    throw error\n',
    tests: ['test/copying/pages-cors.test.ts'],
  },
  {
    prevents: 'Adding a CORS rule removes those that the bucket has.',
    file: 'shared/platform/storage/pages-cors.ts',
    text: '[PAGES_RULE, ...rules]',
    without: '[PAGES_RULE]',
    tests: ['test/copying/pages-cors.test.ts'],
  },
]
