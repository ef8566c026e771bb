import type { Answer } from '../../../shared/contracts/labeling-answer.ts'
import type { Command } from '../drawing/commands.ts'
import type { DrawingEvent } from '../drawing/reduce.ts'
import type { Job } from '../work/ask.ts'
import type { DialogName, Settings } from './state.ts'

/** What a worker can do on the page. */
export interface Actions {
  signIn(link: string): void
  signOut(): void
  showJobs(): void
  openJob(job: Job, isTaken?: boolean): void
  draw(event: DrawingEvent): void
  command(command: Command): void
  /** Chooses the class of the next box by pointing at it. */
  chooseClass(className: string): void
  /** With `boxes`, what is drawn; with `empty`, that there is nothing. */
  answer(answer: Answer): void
  step(by: 1 | -1): void
  showTask(index: number): void
  chooseReading(reading: number | undefined): void
  setComment(comment: string): void
  goOn(): void
  retryImage(): void
  openDialog(dialog: DialogName | undefined): void
  /** Closes this dialog, and no other that was opened since: the browser tells late that it has closed one. */
  closeDialog(dialog: DialogName): void
  set(settings: Partial<Settings>): void
  dismiss(): void
}
