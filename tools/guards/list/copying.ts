import type { Guard } from '../guard.ts'

const RECEIPTS = 'shared/copying/receipts.ts'
const PROGRESS = 'shared/copying/copy-progress.ts'
const JOB = 'shared/copying/copy-images-job.ts'
const DAMAGED_TEST = 'test/copying/damaged-copies.test.ts'
const COPY_TEST = 'test/copying/copy.test.ts'
const CANCEL_TEST = 'test/copying/cancel-copy.test.ts'
const RECREATED_TEST = 'test/faults/recreated-batch.test.ts'

/** `shared/copying/`: receipts, totals, and what belongs to a batch that is gone. */
export const COPYING_GUARDS: readonly Guard[] = [
  {
    prevents: 'The receipt of another chunk counts as that of its place.',
    file: RECEIPTS,
    text: 'if (batchId !== ref.subject.batchId || own !== chunk)',
    without: 'if (false)',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'A receipt of fewer images than its chunk has counts as one.',
    file: RECEIPTS,
    text: 'if (images.length !== 0 && images.length !== count)',
    without: 'if (false)',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'Images of a damaged receipt are answered as pending.',
    file: RECEIPTS,
    text: '  if (first) throw first\n',
    without: '',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'Chunks without a good receipt are not copied again.',
    file: RECEIPTS,
    text: '?.images.every(isGood) ?? false',
    without: '?.images.every(isGood) ?? true',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'Totals are answered that do not add up to the images of the batch.',
    file: PROGRESS,
    text: 'if (counted === selection.imageCount || (isNewer && counted < selection.imageCount)) return data',
    without: 'return data',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'Totals of a newer version, which knows another outcome, are refused.',
    file: PROGRESS,
    text: ' || (isNewer && counted < selection.imageCount)',
    without: '',
    tests: [DAMAGED_TEST, 'test/endurance/rollback.test.ts'],
  },
  {
    prevents: 'A round whose start is lost is answered as if it had one.',
    file: PROGRESS,
    text: '  if (start) return start\n',
    without: "  return start ?? { chunks: [], startedAt: '' }\n",
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'Images that a round retries count as failed until it has done so.',
    file: PROGRESS,
    text: 'chunks.includes(chunk) && !done.has(chunk)',
    without: 'false',
    tests: [COPY_TEST],
  },
  {
    prevents: 'A damaged receipt that the round replaces keeps its progress from being read.',
    file: PROGRESS,
    text: 'done.has(chunk) || !chunks.includes(chunk)',
    without: 'true',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'An outcome that only a newer version knows is counted nowhere.',
    file: 'shared/copying/copy-receipt.ts',
    text: ' || !Outcome.options.includes(outcome)',
    without: '',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'A worker removes the copies of a batch whose record is corrupt.',
    file: JOB,
    text: 'if (await readOrCorrupt(findSubject(subject, ports))) return',
    without: 'if (await findSubject(subject, ports).catch(() => undefined)) return',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'A worker removes what somebody else put beside the copies of a batch that is gone.',
    file: 'shared/copying/clean-up-copies.ts',
    text: 'isCopyFor(batchId, facts)',
    without: 'true',
    tests: ['test/batches/delete-own.test.ts'],
  },
  {
    prevents: 'A worker leaves copies behind of a batch that was deleted.',
    file: JOB,
    text: '    await cleanUpCopies(subject,',
    without: '    if (false) await cleanUpCopies(subject,',
    tests: [CANCEL_TEST],
  },
  {
    prevents: 'A worker copies images for a batch of another id.',
    file: 'shared/batches/record/find-same-batch.ts',
    text: 'return found.value.batchId === batchId ? found : undefined',
    without: 'return found',
    tests: ['test/copying/copy-messages.test.ts', RECREATED_TEST],
  },
  {
    prevents: 'Images of a chunk that cannot be read are counted nowhere.',
    file: 'shared/copying/unlisted-image.ts',
    text: ': numbers, problem: lines',
    without: ': [], problem: lines',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'A receipt that lacks images lets those of a failed chunk be counted nowhere.',
    file: 'shared/copying/unlisted-image.ts',
    text: 'before.length === count ? before',
    without: 'before.length > 0 ? before',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'What is no picture is copied.',
    file: 'shared/copying/copy-image.ts',
    text: "if ('unusable' in picture)",
    without: "if ('unusable' in picture && picture.unusable === '')",
    tests: ['test/copying/usable-picture.test.ts'],
  },
  {
    prevents: 'A copy is written to any key that a damaged image list names.',
    file: 'shared/batches/record/copy-key.ts',
    text: '(key) => toS3Uri(key, ports) === destination',
    without: '() => true',
    tests: ['test/copying/copy-extension.test.ts'],
  },
  {
    prevents: 'A copy without the encoding of its source, which nobody can show, counts as good.',
    file: 'shared/copying/copy-image.ts',
    text: '    hasSameCodings(existing, source)',
    without: '    (hasSameCodings(existing, source) || true)',
    tests: ['test/copying/system-headers.test.ts'],
  },
  {
    prevents: 'A small encoded source decodes to as many bytes as memory has.',
    file: 'shared/platform/storage/content-encoding.ts',
    text: 'if (length >= maxBytes)',
    without: 'if (length >= 1 << 30)',
    tests: ['test/platform/storage/content-encoding.test.ts'],
  },
  {
    prevents: 'Something else in the place of a copy counts as that copy when it is verified.',
    file: 'shared/copying/verify-copy.ts',
    text: '(etag === undefined || etag === found.etag)',
    without: 'true',
    tests: ['test/copying/verify-copy.test.ts'],
  },
  {
    prevents: 'Copies that could not be verified count as good.',
    file: JOB,
    text: 'verify ? NO_COPIES : goodCopies(before)',
    without: 'goodCopies(before)',
    tests: ['test/copying/verify-copy.test.ts'],
  },
  {
    prevents: 'A damaged round cannot be cancelled.',
    file: 'shared/batches/cancel-copy.ts',
    text: 'await readOrCorrupt(readProgress(ref, selection, ports, skipDamaged))',
    without: 'await readProgress(ref, selection, ports, skipDamaged)',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'The receipt of a worker that could not read the batch counts as damaged once the batch is restored.',
    file: RECEIPTS,
    text: 'images.length !== 0 && ',
    without: '',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'A chunk counts as copied whose worker could not read the batch.',
    file: RECEIPTS,
    text: ' && latest.images.length > 0',
    without: '',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'The end of a round whose workers could not read the batch counts as damaged once the batch is restored.',
    file: PROGRESS,
    text: '  if (countImages(known) === counted) return known\n',
    without: '',
    tests: [DAMAGED_TEST],
  },
]
