import type { Guard } from '../guard.ts'

const DELETE = 'shared/batches/delete.ts'
const OWN = 'shared/batches/own-objects.ts'
const NAMES = 'shared/batches/record/own-names.ts'
const READ = 'shared/batches/record/read-image-list.ts'
const WRITE = 'shared/batches/record/write-image-list.ts'
const DELETE_TEST = 'test/batches/delete.test.ts'
const DELETE_OWN_TEST = 'test/batches/delete-own.test.ts'
const LIST_TEST = 'test/copying/damaged-image-list.test.ts'

/** `shared/batches/`: deletion, and the image list. */
export const BATCH_GUARDS: readonly Guard[] = [
  {
    prevents: 'A batch is deleted while its images are chosen.',
    file: DELETE,
    text: 'if (state) assertSelected(batch, state)',
    without: '',
    tests: [DELETE_TEST],
  },
  {
    prevents: 'A batch is deleted while its images are copied or labeled.',
    file: DELETE,
    text: 'awaitAll([assertIdle(batch, state, copy, ports), copy.round, copy.end])',
    without: 'awaitAll([copy.round, copy.end])',
    tests: [DELETE_TEST],
  },
  {
    prevents: 'A slow deletion removes a batch that was recreated and is being deleted.',
    file: DELETE,
    text: 'found.value.batchId === batchId && ',
    without: '',
    tests: [DELETE_TEST],
  },
  {
    prevents: 'A message removes a batch that nobody deletes.',
    file: DELETE,
    text: " && found.value.state === 'deleting' ?",
    without: ' ?',
    tests: [DELETE_TEST],
  },
  {
    prevents: 'The deletion of a corrupt batch removes another corrupt one of that name.',
    file: DELETE,
    text: 'return found.etag === corruptEtag ? found : undefined',
    without: 'return found',
    tests: [DELETE_OWN_TEST],
  },
  {
    prevents: 'A slow deletion removes the image list of a batch that was recreated.',
    file: DELETE,
    text: 'lists.length > 0 && (await isStillCurrent())',
    without: 'lists.length > 0',
    tests: [DELETE_TEST],
  },
  {
    prevents: 'A resumed deletion no longer knows which copies are ours.',
    file: DELETE,
    text: '(batch\\.json|images[^/]*\\.jsonl)',
    without: '(batch\\.json)',
    tests: [DELETE_TEST],
  },
  {
    prevents: 'A deletion removes images that the batch does not list.',
    file: OWN,
    text: 'copies ? copies.has(name) :',
    without: 'copies ? true :',
    tests: [DELETE_OWN_TEST],
  },
  {
    prevents: 'A deletion removes the image that copying reported as a conflict.',
    file: OWN,
    text: 'for (const imageId of conflicts)',
    without: 'for (const imageId of [] as string[])',
    tests: [DELETE_OWN_TEST],
  },
  {
    prevents: 'A deletion removes conflicts that are too many to be listed.',
    file: OWN,
    text: 'conflicts.length === conflict ? conflicts : undefined',
    without: 'conflicts',
    tests: [DELETE_OWN_TEST],
  },
  {
    prevents: 'A deletion without an image list removes images that Groundwork did not copy.',
    file: OWN,
    text: "typeof facts === 'object' && isOurCopy(facts)",
    without: "typeof facts === 'object'",
    tests: [DELETE_OWN_TEST],
  },
  {
    prevents: 'A deletion removes a folder that has the name of a job of another batch.',
    file: OWN,
    text: 'state ? jobs.has(job) :',
    without: 'state ? true :',
    tests: [DELETE_OWN_TEST],
  },
  {
    prevents: 'The deletion of a corrupt batch removes the output of a job of another batch.',
    file: OWN,
    text: ' && job.value.batch === batch',
    without: '',
    tests: [DELETE_OWN_TEST],
  },
  {
    prevents: 'A deletion removes every file beside the manifests.',
    file: NAMES,
    text: '/^manifests\\/input\\.manifest$/',
    without: '/^manifests\\//',
    tests: [DELETE_OWN_TEST],
  },
  {
    prevents: 'A deletion removes every file beside the receipts.',
    file: NAMES,
    text: '/\\\\d+(\\\\.json|/(start|\\\\d{4})\\\\.json)$`',
    without: '/`',
    tests: [DELETE_OWN_TEST],
  },
  {
    prevents: 'An image list that ends at the end of a line counts as complete.',
    file: READ,
    text: '  if (lines !== expected) throw',
    without: '  if (false) throw',
    tests: [LIST_TEST],
  },
  {
    prevents: 'A chunk whose lines are missing counts as complete.',
    file: READ,
    text: 'if (images.length !== count)',
    without: 'if (false)',
    tests: [LIST_TEST],
  },
  {
    prevents: 'A chunk is read from a list that was replaced.',
    file: READ,
    text: ' && (list === undefined || list.etag === etag)',
    without: '',
    tests: [LIST_TEST],
  },
  {
    prevents: 'A chunk of version 1 is read from a list of another size.',
    file: READ,
    text: 'size === chunkOffsets.at(-1) && ',
    without: '',
    tests: [LIST_TEST],
  },
  {
    prevents: 'Images are read from a list that was replaced.',
    file: READ,
    text: 'list ? openPinned(key, list, ports) : openUnpinned(key, ports)',
    without: 'openUnpinned(key, ports)',
    tests: [LIST_TEST],
  },
  {
    prevents: 'An image list of version 1 is read that has another size.',
    file: READ,
    text: 'if (source.size === selection.chunkOffsets.at(-1)) return source',
    without: 'return source',
    tests: [LIST_TEST],
  },
  {
    prevents: 'A slow selection writes into a batch that was deleted or recreated.',
    file: WRITE,
    text: 'found.etag === images.etag',
    without: 'true',
    tests: [LIST_TEST],
  },
  {
    prevents: 'A list or manifest appears of a batch that is gone.',
    file: 'shared/batches/record/store.ts',
    text: '  if (!found || !isCurrent(found)) throw new SupersededError()\n',
    without: '',
    tests: [LIST_TEST],
  },
  {
    prevents: 'A damaged list of an earlier attempt is kept.',
    file: WRITE,
    text: '    if (!(existing instanceof CorruptStateError)) return withEtag(written, existing.etag)\n',
    without: "    return withEtag(written, existing.etag ?? '')\n",
    tests: [LIST_TEST],
  },
  {
    prevents: 'Cancelling a copy stops the run of a batch that was recreated.',
    file: 'shared/batches/record/stop-run.ts',
    text: 'state.batchId !== batchId || ',
    without: '',
    tests: ['test/batches/pipeline/stop-run.test.ts'],
  },
]
