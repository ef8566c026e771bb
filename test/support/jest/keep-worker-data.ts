/*
 * Loaded first in each process of jest-light-runner. Its main process answers the question for the configuration once, to
 * all processes that run a test file by then, and to none that ask later: one that was still loading its modules when the
 * answer came would wait for ever. Here, an answer that comes too early is kept until it is asked for.
 */

const QUESTION = 'jest-light-runner-get-worker-data'
const ANSWER = 'jest-light-runner-worker-data'

let kept: unknown
const isAnswer = (message: unknown): boolean => (message as { type?: unknown } | null)?.type === ANSWER

/** Only the processes of the runner: a listener keeps a process alive. */
const isWorker = process.argv[1]?.includes('tinypool') === true

if (isWorker && process.send) {
  const send = process.send.bind(process)
  process.on('message', (message) => {
    if (isAnswer(message)) kept ??= message
  })
  process.send = (message: unknown, ...rest: never[]): boolean => {
    if (message !== QUESTION || kept === undefined) return (send as (...all: unknown[]) => boolean)(message, ...rest)
    setImmediate(() => process.emit('message', kept, undefined))
    return true
  }
}
