import { describe, expect, it } from '@jest/globals'
import * as z from 'zod'
import { toIssues, toProblemErrors, zodErrorMap } from '../../../shared/platform/http/request-issues.ts'

/** Returns the message for an invalid value of one field. */
function messageFor(schema: z.ZodType, value: unknown): string | undefined {
  const result = z.strictObject({ field: schema }).safeParse(value === undefined ? {} : { field: value }, {
    error: zodErrorMap,
    reportInput: true,
  })
  return toIssues('body', result.error?.issues ?? [])[0]?.message
}

describe('zodErrorMap', () => {
  it.each([
    [z.string(), undefined, 'is required and must be a string'],
    [z.string(), 5, 'must be a string, not 5'],
    [z.string(), null, 'must be a string, not null'],
    [z.string(), { a: 1 }, 'must be a string, not an object'],
    [z.string().max(3), 'abcd', 'must have at most 3 characters, not 4'],
    [z.string().min(1), '', 'must have at least 1 character, not 0'],
    [z.string().regex(/^a$/, 'must be an a'), 'b', 'must be an a, not "b"'],
    [z.string().refine(() => false, { error: 'is taken' }), 'b', '"b" is taken'],
    [z.int().min(1).max(10), undefined, 'is required and must be a whole number from 1 to 10'],
    [z.int().min(1).max(10), 'abc', 'must be a whole number from 1 to 10, not "abc"'],
    [z.int().min(1).max(10), 1.5, 'must be a whole number from 1 to 10, not 1.5'],
    [z.int().min(1).max(10), 1e300, 'must be a whole number from 1 to 10, not 1e+300'],
    [z.int().min(1).max(10), 0, 'must be at least 1, not 0'],
    [z.int().min(1).max(10), 11, 'must be at most 10, not 11'],
    [z.int(), 'x', 'must be a whole number, not "x"'],
    [z.number(), 'x', 'must be a number, not "x"'],
    [z.boolean(), 'yes', 'must be true or false, not "yes"'],
    [z.enum(['a', 'b']), 'c', 'must be one of "a", "b", not "c"'],
    [z.enum(['a']), 'c', 'must be "a", not "c"'],
    [z.array(z.string()), 'x', 'must be an array, not "x"'],
    [z.array(z.string()).max(1), ['a', 'b'], 'must have at most 1 item, not 2'],
    [z.strictObject({}), [], 'must be an object, not an array'],
    [z.boolean(), 'x'.repeat(500), `must be true or false, not "${'x'.repeat(79)}…`],
  ])('names the value and what it must be (case %#)', (schema, value, message) => {
    expect(messageFor(schema, value)).toBe(message)
  })
})

describe('toProblemErrors', () => {
  const issue = (number: number) => ({ at: `body.f${number}`, message: 'is wrong' })

  it('puts a single issue into the detail', () => {
    expect(toProblemErrors([issue(1)])).toEqual({ detail: 'body.f1: is wrong.', errors: [issue(1)] })
  })

  it('counts several issues in the detail', () => {
    expect(toProblemErrors([issue(1), issue(2)]).detail).toContain('2 issues')
  })

  it('returns the first hundred issues and the count of all', () => {
    const { detail, errors } = toProblemErrors(Array.from({ length: 250 }, (_, number) => issue(number)))
    expect([detail, errors.length]).toEqual([expect.stringMatching(/250 issues.*first 100/), 100])
  })
})

describe('toIssues', () => {
  it('reports one issue for each place', () => {
    const { error } = z.int().max(5).safeParse(1e300, { error: zodErrorMap, reportInput: true })
    expect(error?.issues.length).toBeGreaterThan(1)
    expect(toIssues('body', error?.issues ?? [])).toHaveLength(1)
  })
})
