import type { Guard } from '../guard.ts'

const RUN = 'shared/platform/fan-out/run-round.ts'
const ROUND_TEST = 'test/platform/fan-out/fan-out.test.ts'
const DAMAGED_TEST = 'test/platform/fan-out/damaged-round.test.ts'

/** `shared/platform/fan-out/run-round.ts`: the workers of a round and of its chunks. */
export const RUN_ROUND_GUARDS: readonly Guard[] = [
  {
    prevents: 'A chunk that the round does not have is done.',
    file: RUN,
    text: '    if (!start.chunks.includes(chunk)) return\n',
    without: '',
    tests: [ROUND_TEST],
  },
  {
    prevents: 'A chunk is done again by each message that is delivered twice.',
    file: RUN,
    text: 'if (!existing || existing instanceof CorruptStateError)',
    without: 'if (true)',
    tests: [ROUND_TEST],
  },
  {
    prevents: 'A chunk whose receipt is corrupt counts as done.',
    file: RUN,
    text: 'if (!existing || existing instanceof CorruptStateError)',
    without: 'if (!existing)',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'A chunk is retried although retrying cannot help.',
    file: RUN,
    text: 'if (!isPermanent(error)) throw error',
    without: 'throw error',
    tests: [ROUND_TEST],
  },
  {
    prevents: 'A chunk fails for good at the first error that may pass.',
    file: RUN,
    text: '    if (!isPermanent(error)) throw error\n',
    without: '',
    tests: [ROUND_TEST],
  },
  {
    prevents: 'A resumed round does all its chunks again.',
    file: RUN,
    text: 'start.chunks.filter((chunk) => !done.has(chunk))',
    without: 'start.chunks',
    tests: [ROUND_TEST],
  },
  {
    prevents: 'A round of which only the end is missing never ends.',
    file: RUN,
    text: "      await completeRound(ref, start, 'round', ports)\n      return cleanUp(ref, ports)\n",
    without: '',
    tests: [ROUND_TEST],
  },
  {
    prevents: 'A dead-lettered message adds a chunk to a round that does not have it.',
    file: RUN,
    text: ' || !start.chunks.includes(chunk)) continue',
    without: ') continue',
    tests: [ROUND_TEST],
  },
  {
    prevents: 'A round does not end when its last chunk is dead-lettered.',
    file: RUN,
    text: '  await completeRound(ref, start, scope, ports)\n',
    without: '',
    tests: [ROUND_TEST],
  },
  {
    prevents: 'A message about a subject that is gone is redelivered without end.',
    file: RUN,
    text: 'if (!(error instanceof SubjectGoneError)) throw error',
    without: 'throw error',
    tests: [ROUND_TEST],
  },
  {
    prevents: 'A crash after the end of a round loses its event.',
    file: RUN,
    text: ') await runOnComplete(ref, end, scope, ports, cause)',
    without: ') {}',
    tests: [ROUND_TEST],
  },
  {
    prevents: 'A round whose start was lost never ends.',
    file: RUN,
    text: 'const start = found && !(found instanceof CorruptStateError) ? found : await restoreStart(ref, ports)',
    without: 'const start = found instanceof CorruptStateError ? undefined : found',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'A late message writes the start of a round whose subject is gone.',
    file: RUN,
    text: '  if (!chunks) return undefined\n  await writeStart(ref, chunks, ports)',
    without: '  await writeStart(ref, chunks ?? [], ports)',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'What a worker wrote for a subject that is gone stays.',
    file: RUN,
    text: '  // A worker that crashed after its round had ended may have left something behind.\n  await cleanUp(ref, ports)\n',
    without: '',
    tests: [ROUND_TEST],
  },
  {
    prevents: 'A later round loses what an earlier one did of a chunk.',
    file: RUN,
    text: 'if (ref.round === 1) return undefined',
    without: 'return undefined',
    tests: [ROUND_TEST],
  },
  {
    prevents: 'A round that was dispatched is not looked at again.',
    file: RUN,
    text: '    await sendCheck(ref, step.next, ports)\n',
    without: '',
    tests: [ROUND_TEST],
  },
  {
    prevents: 'A late message leaves the end of a round in the folder of a deleted batch.',
    file: RUN,
    text: "      await completeRound(ref, start, 'round', ports)\n      return cleanUp(ref, ports)\n",
    without: "      return completeRound(ref, start, 'round', ports)\n",
    tests: ['test/copying/cancel-copy.test.ts'],
  },
  {
    prevents: 'A dead letter leaves the end of a round in the folder of a deleted batch.',
    file: RUN,
    text: '  await completeRound(ref, start, scope, ports)\n  // Another worker may have ended the round meanwhile, and the subject been deleted with it.\n  await cleanUp(ref, ports)\n',
    without: '  await completeRound(ref, start, scope, ports)\n',
    tests: ['test/copying/cancel-copy.test.ts'],
  },
]
