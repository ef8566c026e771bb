import { type ApiCall, toPath } from '../frame/calls.ts'

/** A labeling job as somebody fills it in. Numbers are as typed. */
export interface JobForm {
  readonly name: string
  /** Until a name is typed, it follows from the batch. */
  readonly isNameTyped: boolean
  readonly batch: string
  /** Names of the jobs that the batch has. */
  readonly taken: readonly string[]
  /** The ended job whose remaining images are labeled; empty for all images of the batch. */
  readonly continueFrom: string
  readonly mode: (typeof MODES)[number]
  /** Whose boxes are adjusted or verified: empty for those of Open Images, or the name of a job. */
  readonly boxesFrom: string
  /** How many people label each image: one, always as many, or as many as it takes until some agree. */
  readonly opinions: 'one' | 'several' | 'agree'
  readonly workersPerObject: string
  readonly agreeWorkers: string
  readonly agreeAt: string
  /** Whether reviewers decide where answers differ. */
  readonly withReview: boolean
  readonly withGold: boolean
  readonly goldShare: string
  readonly practice: string
  readonly coverageCheck: boolean
  readonly taskTitle: string
  readonly instructions: string
}

/** Changes of one field or several. */
export type JobFormEvent = Partial<Omit<JobForm, 'isNameTyped'>>

/** Where each field is in the request, as problems name it. */
export const JOB_PLACES = {
  name: 'path.job',
  batch: 'body.batch',
  continueFrom: 'body.continueFrom',
  mode: 'body.mode',
  boxesFrom: 'body.boxesFrom',
  opinions: 'body.stopWhen',
  workersPerObject: 'body.workersPerObject',
  agreeWorkers: 'body.stopWhen.workers',
  agreeAt: 'body.stopWhen.agreeAt',
  withReview: 'body.review',
  withGold: 'body.gold',
  goldShare: 'body.gold.share',
  practice: 'body.gold.practice',
  coverageCheck: 'body.coverageCheck',
  taskTitle: 'body.taskTitle',
  instructions: 'body.instructions',
} as const satisfies Partial<Record<keyof JobForm, string>>

export type JobField = keyof typeof JOB_PLACES

const MODES = ['draw', 'adjust', 'verify'] as const

/** Returns the form as a page opens it. Pure. @param query of the address: `batch`, and `continueFrom` with its `mode` */
export const openJobForm = (query: URLSearchParams): JobForm =>
  reduceJobForm(
    {
      name: '',
      isNameTyped: false,
      batch: '',
      taken: [],
      continueFrom: '',
      mode: 'draw',
      boxesFrom: '',
      opinions: 'one',
      workersPerObject: '3',
      agreeWorkers: '2',
      agreeAt: '0.85',
      withReview: false,
      withGold: false,
      goldShare: '10',
      practice: '5',
      coverageCheck: false,
      taskTitle: '',
      instructions: '',
    },
    {
      batch: query.get('batch') ?? '',
      continueFrom: query.get('continueFrom') ?? '',
      mode: MODES.find((mode) => mode === query.get('mode')) ?? 'draw',
    },
  )

/** Returns the form after a change. What does not fit the change any more is taken back. Pure. */
export function reduceJobForm(form: JobForm, event: JobFormEvent): JobForm {
  // Who empties the name gets a suggestion again, with the next change.
  if (event.name === '') return { ...form, ...event, isNameTyped: false }
  const next = { ...form, ...event, isNameTyped: form.isNameTyped || event.name !== undefined }
  const { mode, opinions } = next
  return {
    ...next,
    ...(event.batch !== undefined &&
      event.batch !== form.batch && { boxesFrom: '', continueFrom: event.continueFrom ?? '' }),
    ...(event.opinions !== undefined && { workersPerObject: opinions === 'agree' ? '5' : '3' }),
    ...(mode === 'draw' ? { boxesFrom: '' } : { withGold: false, coverageCheck: false }),
    ...(!next.isNameTyped && { name: suggestName(next) }),
  }
}

const MAX_NAME_CHARACTERS = 63

/** Suggests a name that no job of the batch has: `tires-0-labels`, then `tires-0-labels-2`. Pure. */
function suggestName({ batch, taken }: Pick<JobForm, 'batch' | 'taken'>): string {
  if (batch === '') return ''
  const base = `${batch.slice(0, MAX_NAME_CHARACTERS - '-labels-999'.length)}-labels`
  const names = new Set(taken.map((name) => name.toLowerCase()))
  let name = base
  for (let number = 2; names.has(name.toLowerCase()); number++) name = `${base}-${number}`
  return name
}

/** Whether people can disagree, so that there is something for reviewers to decide. Pure. */
export const canDiffer = ({ opinions, coverageCheck }: JobForm): boolean => opinions !== 'one' || coverageCheck

/** Returns the body of the request: without fields that have their default. Pure. */
export function toJobBody(form: JobForm): Readonly<Record<string, unknown>> {
  const { batch, continueFrom, mode, boxesFrom, coverageCheck, withReview } = form
  return {
    batch,
    ...(continueFrom !== '' && { continueFrom }),
    ...(mode !== 'draw' && { mode }),
    // A job that is continued has its boxes already.
    ...(mode !== 'draw' && boxesFrom !== '' && continueFrom === '' && { boxesFrom: { job: boxesFrom } }),
    ...opinionFields(form),
    ...(coverageCheck && { coverageCheck }),
    ...(withReview && canDiffer(form) && { review: 'disputes' }),
    ...goldFields(form),
    ...(form.taskTitle.trim() !== '' && { taskTitle: form.taskTitle.trim() }),
    ...(form.instructions.trim() !== '' && { instructions: { short: form.instructions.trim() } }),
  }
}

function opinionFields({ opinions, workersPerObject, agreeWorkers, agreeAt }: JobForm): object {
  if (opinions === 'one') return {}
  const most = given('workersPerObject', workersPerObject)
  if (opinions === 'several') return most
  return { ...most, stopWhen: { ...given('workers', agreeWorkers), ...given('agreeAt', agreeAt) } }
}

function goldFields({ withGold, goldShare, practice }: JobForm): object {
  if (!withGold) return {}
  const percent = Number(goldShare)
  // Rounded, as 7 / 100 is 0.07, but 29 / 100 × 100 is not 29.
  const share = goldShare.trim() === '' || Number.isNaN(percent) ? {} : { share: Math.round(percent * 100) / 10_000 }
  return { gold: { ...share, ...given('practice', practice) } }
}

/** A number as typed; what is none is left out, so that the API fills in its default. */
function given(name: string, text: string): object {
  const value = Number(text)
  return text.trim() === '' || Number.isNaN(value) ? {} : { [name]: value }
}

/** Returns the call that starts the job; undefined while there is nothing to ask the API about. Pure. */
export const toJobCall = (form: JobForm): ApiCall | undefined =>
  form.batch === '' || form.name === ''
    ? undefined
    : { method: 'PUT', path: toPath('labeling-jobs', form.name), body: toJobBody(form) }
