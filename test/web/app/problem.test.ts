import { describe, expect, it } from '@jest/globals'
import { BATCH_PLACES } from '../../../web/app/batches/form.ts'
import { explainProblem, type Problem, toFieldMessages } from '../../../web/app/frame/problem.ts'
import { JOB_PLACES } from '../../../web/app/jobs/form.ts'

const problem = (issues: Problem['issues'], other: Partial<Problem> = {}): Problem => ({
  message: 'The request has issues; see errors.',
  status: 400,
  code: 'invalid-request',
  issues,
  ...other,
})

describe('problems beside their fields', () => {
  it('an issue belongs to the field with its place', () => {
    const messages = toFieldMessages(
      problem([{ at: 'body.examplesPerClass', message: 'must be at least 1' }]),
      BATCH_PLACES,
    )
    expect(messages).toEqual({ byField: { examplesPerClass: ['must be at least 1'] }, others: [] })
  })

  it('an issue of an item belongs to the field with the list', () => {
    const issues = [
      { at: 'body.classNames[0]', message: 'is no class' },
      { at: 'body.classNames[2]', message: 'is a duplicate' },
    ]
    expect(toFieldMessages(problem(issues), BATCH_PLACES).byField).toEqual({
      classNames: ['is no class', 'is a duplicate'],
    })
  })

  it('the most specific field wins', () => {
    const issues = [
      { at: 'body.gold.share', message: 'must be at most 1' },
      { at: 'body.gold', message: 'must be left out' },
    ]
    expect(toFieldMessages(problem(issues), JOB_PLACES).byField).toEqual({
      goldShare: ['must be at most 1'],
      withGold: ['must be left out'],
    })
  })

  it('a field does not take the issues of another one whose name begins alike', () => {
    const messages = toFieldMessages(problem([{ at: 'body.batchOffset', message: 'no' }]), { batch: 'body.batch' })
    expect(messages).toEqual({ byField: {}, others: ['body.batchOffset: no'] })
  })

  it('a problem without issues is said by itself', () => {
    expect(toFieldMessages(problem([], { message: 'Try again later.' }), BATCH_PLACES).others).toEqual([
      'Try again later.',
    ])
  })

  it('a conflict is about the name, not about the fields that differ', () => {
    const conflict = problem([{ at: 'body.classNames', message: 'must be the same' }], {
      code: 'conflict',
      status: 409,
      message: 'Another batch is named "tires-0".',
    })
    expect(toFieldMessages(conflict, BATCH_PLACES)).toEqual({
      byField: { name: ['Another batch is named "tires-0".'] },
      others: [],
    })
  })
})

describe('problems in words', () => {
  it('a failure of the server is not blamed on the request', () => {
    expect(explainProblem(problem([], { status: 502, code: 'upstream-failed', message: 'S3 failed.' }))).toContain(
      'try again later',
    )
  })

  it('a token that may not write is told apart', () => {
    expect(explainProblem(problem([], { status: 403, code: 'forbidden', message: 'Not allowed.' }))).toContain(
      'scope write',
    )
  })
})
