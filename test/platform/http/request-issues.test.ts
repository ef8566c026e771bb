import { describe, expect, it } from '@jest/globals'
import * as z from 'zod'
import { toIssues, toProblemErrors, zodErrorMap } from '../../../shared/platform/http/request-issues.ts'

/** The message for one field that is wrong. */
function messageFor(schema: z.ZodType, value: unknown): string | undefined {
  const result = z.strictObject({ field: schema }).safeParse(value === undefined ? {} : { field: value }, {
    error: zodErrorMap,
    reportInput: true,
  })
  return toIssues('body', result.error?.issues ?? [])[0]?.message
}

describe('the message for a fault', () => {
  it.each([
    [z.string(), undefined, 'is missing; it must be a string'],
    [z.string(), 5, 'must be a string, not 5'],
    [z.string(), null, 'must be a string, not null'],
    [z.string(), { a: 1 }, 'must be a string, not an object'],
    [z.string().max(3), 'abcd', 'must have at most 3 characters, not 4'],
    [z.string().min(1), '', 'must have at least 1 character, not 0'],
    [z.string().regex(/^a$/, 'must be an a'), 'b', 'must be an a, not "b"'],
    [z.string().refine(() => false, { error: 'is taken' }), 'b', '"b" is taken'],
    [z.int().min(1).max(10), undefined, 'is missing; it must be a whole number from 1 to 10'],
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
    [z.array(z.string()), 'x', 'must be a list, not "x"'],
    [z.array(z.string()).max(1), ['a', 'b'], 'must have at most 1 item, not 2'],
    [z.strictObject({}), [], 'must be an object, not a list'],
    [z.boolean(), 'x'.repeat(500), `must be true or false, not "${'x'.repeat(79)}…`],
  ])('says what is wrong, which value, and what would be right (%#)', (schema, value, message) => {
    expect(messageFor(schema, value)).toBe(message)
  })
})

describe('the faults of a request', () => {
  const fault = (number: number) => ({ at: `body.f${number}`, message: 'is wrong' })

  it('are told in the detail when there is one', () => {
    expect(toProblemErrors([fault(1)])).toEqual({ detail: 'body.f1: is wrong.', errors: [fault(1)] })
  })

  it('are counted when there are several', () => {
    expect(toProblemErrors([fault(1), fault(2)]).detail).toBe('2 faults in the request; see errors.')
  })

  it('are one for each place', () => {
    const { error } = z.int().max(5).safeParse(1e300, { error: zodErrorMap, reportInput: true })
    expect(error?.issues.length).toBeGreaterThan(1)
    expect(toIssues('body', error?.issues ?? [])).toHaveLength(1)
  })

  it('are cut after a hundred, and it is said how many there are', () => {
    const { detail, errors } = toProblemErrors(Array.from({ length: 250 }, (_, number) => fault(number)))
    expect([detail, errors.length]).toEqual(['250 faults in the request; errors has the first 100.', 100])
  })
})
