import { describe, expect, it } from '@jest/globals'
import { LabelingJobRequest } from '../../../shared/contracts/labeling-job-request.ts'
import {
  type JobForm,
  type JobFormEvent,
  openJobForm,
  reduceJobForm,
  toJobBody,
  toJobCall,
} from '../../../web/app/jobs/form.ts'

const form = (...events: readonly JobFormEvent[]): JobForm =>
  events.reduce(reduceJobForm, openJobForm(new URLSearchParams('batch=tires-0')))

describe('the form of a labeling job', () => {
  it('a batch is all that it needs', () => {
    expect(toJobCall(form())).toEqual({
      method: 'PUT',
      path: 'v1/labeling-jobs/tires-0-labels',
      body: { batch: 'tires-0' },
    })
    expect(toJobCall(form({ batch: '' }))).toBeUndefined()
  })

  it('the suggested name is one that no job of the batch has', () => {
    expect(form({ taken: ['tires-0-Labels', 'tires-0-labels-2'] }).name).toBe('tires-0-labels-3')
    expect(form({ batch: 'b'.repeat(63) }).name.length).toBeLessThanOrEqual(63)
  })

  it('a typed name stays when another batch is chosen', () => {
    expect(form({ name: 'mine' }, { batch: 'people-0' }).name).toBe('mine')
    expect(form({ name: 'mine' }, { name: '' }, { batch: 'people-0' }).name).toBe('people-0-labels')
  })

  it('continues an ended job until another batch is chosen', () => {
    const opened = openJobForm(new URLSearchParams('batch=tires-0&continueFrom=tires-0-labels&mode=adjust'))
    expect(toJobBody(opened)).toEqual({ batch: 'tires-0', continueFrom: 'tires-0-labels', mode: 'adjust' })
    expect(toJobBody(reduceJobForm(opened, { boxesFrom: 'other' }))).not.toHaveProperty('boxesFrom')
    expect(toJobBody(reduceJobForm(opened, { taken: ['tires-0-labels'] }))).toHaveProperty('continueFrom')
    expect(toJobBody(reduceJobForm(opened, { batch: 'people-0' }))).not.toHaveProperty('continueFrom')
  })

  it('people who agree end an image early', () => {
    expect(toJobBody(form({ opinions: 'agree' }))).toEqual({
      batch: 'tires-0',
      workersPerObject: 5,
      stopWhen: { workers: 2, agreeAt: 0.85 },
    })
    expect(toJobBody(form({ opinions: 'several' }))).toEqual({ batch: 'tires-0', workersPerObject: 3 })
  })

  it('reviewers are asked for only where people can differ', () => {
    expect(toJobBody(form({ withReview: true }))).not.toHaveProperty('review')
    expect(toJobBody(form({ withReview: true, opinions: 'several' }))).toMatchObject({ review: 'disputes' })
    expect(toJobBody(form({ withReview: true, coverageCheck: true }))).toMatchObject({ review: 'disputes' })
  })

  it('gold is typed in percent and sent as a share', () => {
    expect(toJobBody(form({ withGold: true }))).toMatchObject({ gold: { share: 0.1, practice: 5 } })
    expect(toJobBody(form({ withGold: true, goldShare: '29', practice: '' }))).toMatchObject({ gold: { share: 0.29 } })
  })

  it('what does not fit another mode is taken back', () => {
    const verify = form({ withGold: true, coverageCheck: true }, { mode: 'verify', boxesFrom: 'first' })
    expect(toJobBody(verify)).toEqual({ batch: 'tires-0', mode: 'verify', boxesFrom: { job: 'first' } })
    expect(toJobBody(reduceJobForm(verify, { mode: 'draw' }))).toEqual({ batch: 'tires-0' })
  })

  it('boxes of a job of another batch are not offered any more', () => {
    expect(form({ mode: 'adjust', boxesFrom: 'first' }, { batch: 'people-0' }).boxesFrom).toBe('')
  })

  it('every request is one that the contract knows', () => {
    const all = form(
      { opinions: 'agree', withReview: true, withGold: true, coverageCheck: true },
      { taskTitle: ' Tires ', instructions: 'All of them.' },
    )
    expect(LabelingJobRequest.safeParse(toJobBody(all)).error).toBeUndefined()
    expect(toJobBody(all)).toMatchObject({ taskTitle: 'Tires', instructions: { short: 'All of them.' } })
  })
})
