import type { Job } from '../../../web/label/work/ask.ts'

/** A job in which two classes are drawn on three images. */
export const JOB: Job = {
  job: 'dogs',
  state: 'open',
  mode: 'draw',
  title: 'Dogs',
  description: '',
  instructions: { short: '', full: '' },
  labels: ['Dog', 'Cat'],
  images: 3,
  imagesDone: 0,
  imagesLeft: 3,
  deadline: '2030-01-01T00:00:00Z',
}
