import { describe, expect, it } from '@jest/globals'
import { withDefaults } from '../../../shared/labeling/sagemaker/job-options.ts'
import { jobFor } from '../../support/labeling-jobs.ts'

const titleFor = (...classNames: string[]) => withDefaults(jobFor(), classNames, undefined, ['role']).taskTitle

describe('what a request leaves out', () => {
  it('is said with the names of the classes', () => {
    expect(titleFor('Cat')).toBe('Draw a box around every Cat')
    expect(titleFor('Cat', 'Dog', 'Bird')).toBe('Draw a box around every Cat, Dog or Bird')
    const { taskDescription, fullInstructions } = withDefaults(
      jobFor({ mode: 'adjust' }),
      ['Cat', 'Dog'],
      undefined,
      [],
    )
    expect(taskDescription).toContain('Some boxes are there already')
    expect(fullInstructions).toContain('Classes: Cat, Dog.')
  })

  it('is said with how many there are, where the names do not fit or the service does not take them', () => {
    expect(titleFor(...Array(50).fill('Cat'))).toBe('Draw a box around every object of the 50 classes')
    expect(titleFor('\u{1F408}', 'Dog')).toBe('Draw a box around every object of the 2 classes')
  })

  it.each([
    [{}, undefined, 'labels'],
    [{}, 'boxes', 'boxes'],
    [{ labelAttributeName: 'mine' }, 'boxes', 'mine'],
  ])(
    'goes under the attribute that it names, or that of the job which is continued: %j, %j',
    (changes, continued, expected) =>
      expect(withDefaults(jobFor(changes), [], continued, []).labelAttributeName).toBe(expected),
  )
})
