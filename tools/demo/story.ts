import { styleText } from 'node:util'
import { SingleBar } from 'cli-progress'
import Table from 'cli-table3'

/** A progress display. */
interface Progress {
  at(done: number): void
  end(): void
}

/** The output of the demo. */
export interface Story {
  step(title: string): void
  say(text: string): void
  /** Prints the equivalent shell command of a request. */
  command(text: string): void
  table(head: readonly string[], rows: readonly (readonly string[])[]): void
  progress(what: string, total: number): Progress
}

const NO_ROW_LINES = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' }

/** Creates the output on a stream, with a progress bar on a terminal and plain lines elsewhere. */
export function createStory(stream: NodeJS.WriteStream): Story {
  const line = (text = ''): void => void stream.write(`${text}\n`)
  // styleText checks whether the stream supports colors.
  const bold = (text: string): string => styleText('bold', text, { stream })
  const dim = (text: string): string => styleText('dim', text, { stream })
  let steps = 0
  return {
    step: (title) => {
      steps += 1
      line()
      line(bold(`${steps}. ${title}`))
    },
    say: (text) => line(`   ${text}`),
    command: (text) => line(dim(`   $ ${text}`)),
    table: (head, rows) => {
      const table = new Table({ head: [...head], style: { head: [], border: [] }, chars: NO_ROW_LINES })
      table.push(...rows.map((row) => [...row]))
      for (const row of table.toString().split('\n')) line(`   ${row}`)
    },
    progress: (what, total) => (stream.isTTY ? createBar(stream, what, total) : createPlainProgress(line, what, total)),
  }
}

function createBar(stream: NodeJS.WriteStream, what: string, total: number): Progress {
  const shown = new SingleBar({
    stream,
    format: `   ${what} [{bar}] {value} of {total}`,
    barsize: 30,
    barCompleteChar: '#',
    barIncompleteChar: '.',
    hideCursor: true,
  })
  shown.start(total, 0)
  return { at: (done) => shown.update(done), end: () => shown.stop() }
}

function createPlainProgress(line: (text: string) => void, what: string, total: number): Progress {
  let last = -1
  const at = (done: number): void => {
    if (done !== last) line(`   ${what}: ${done} of ${total}`)
    last = done
  }
  return { at, end: () => {} }
}
