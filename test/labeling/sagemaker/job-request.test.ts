import { describe, expect, it } from '@jest/globals'
import { withDefaults } from '../../../shared/labeling/sagemaker/job-request.ts'
import { jobFor } from '../../support/fixtures/labeling-jobs.ts'

const titleFor = (...classNames: string[]) => withDefaults(jobFor(), classNames, undefined, ['role']).taskTitle

describe('withDefaults', () => {
  it('names the classes in the default texts', () => {
    expect(titleFor('Cat')).toBe('Draw a box around every Cat')
    expect(titleFor('Cat', 'Dog', 'Bird')).toBe('Draw a box around every Cat, Dog or Bird')
    const { taskDescription, fullInstructions } = withDefaults(
      jobFor({ mode: 'adjust' }),
      ['Cat', 'Dog'],
      undefined,
      [],
    )
    expect(taskDescription).toMatch(/boxes/)
    expect(fullInstructions).toContain('Classes: Cat, Dog.')
  })

  it('gives the number of classes in the title when the names are too long or not allowed', () => {
    expect(titleFor(...Array(50).fill('Cat'))).toBe('Draw a box around every object of the 50 classes')
    expect(titleFor('\u{1F408}', 'Dog')).toBe('Draw a box around every object of the 2 classes')
  })

  it.each([
    [{}, undefined, 'labels'],
    [{}, 'boxes', 'boxes'],
    [{ labelAttributeName: 'mine' }, 'boxes', 'mine'],
  ])(
    'chooses the requested label attribute, then that of the continued job, then labels: %j, %j',
    (changes, continued, expected) =>
      expect(withDefaults(jobFor(changes), [], continued, []).labelAttributeName).toBe(expected),
  )
})
