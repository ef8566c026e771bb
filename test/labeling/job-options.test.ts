import { describe, expect, it } from '@jest/globals'
import { defaultAttribute, withDefaults } from '../../shared/labeling/job-options.ts'
import { jobFor } from '../support/fixtures/labeling-jobs.ts'

const titleFor = (...classNames: string[]) => withDefaults(jobFor(), classNames, 'labels', ['role']).taskTitle

describe('withDefaults', () => {
  it('names the classes in the default texts', () => {
    expect(titleFor('Cat')).toBe('Draw a box around every Cat')
    expect(titleFor('Cat', 'Dog', 'Bird')).toBe('Draw a box around every Cat, Dog or Bird')
    const { taskDescription, fullInstructions } = withDefaults(jobFor({ mode: 'adjust' }), ['Cat', 'Dog'], 'labels', [])
    expect(taskDescription).toMatch(/boxes/)
    expect(fullInstructions).toContain('Classes: Cat, Dog.')
  })

  it('gives the number of classes in the title when the names are too long or not allowed', () => {
    expect(titleFor(...Array(50).fill('Cat'))).toBe('Draw a box around every object of the 50 classes')
    expect(titleFor('\u{1F408}', 'Dog')).toBe('Draw a box around every object of the 2 classes')
  })

  it.each([
    [{}, 'boxes'],
    [{ labelAttributeName: 'mine' }, 'mine'],
  ])('chooses the requested label attribute before the default: %j', (changes, expected) =>
    expect(withDefaults(jobFor(changes), [], 'boxes', []).labelAttributeName).toBe(expected),
  )

  it('gives a role to a job at SageMaker only', () => {
    expect(withDefaults(jobFor(), [], 'labels', ['role']).roleArn).toBe('role')
    expect(withDefaults(jobFor({ workteamArn: undefined }), [], 'labels', ['role']).roleArn).toBeUndefined()
  })
})

describe('defaultAttribute', () => {
  it.each([
    ['draw', ['labels'], 'labels'],
    ['adjust', [], 'labels'],
    ['adjust', ['open-images-boxes'], 'labels'],
    ['adjust', ['labels'], 'adjusted'],
    ['adjust', ['labels', 'adjusted'], 'adjusted-2'],
    ['adjust', ['labels', 'adjusted', 'adjusted-2'], 'adjusted-3'],
    ['adjust', ['labels', 'adjusted-2'], 'adjusted'],
    ['verify', ['labels', 'adjusted'], 'verified'],
    ['verify', ['labels', 'verified', 'verified-3'], 'verified-2'],
  ] as const)('chooses for %s beside %j: %s', (mode, taken, expected) =>
    expect(defaultAttribute(mode, taken)).toBe(expected),
  )
})
