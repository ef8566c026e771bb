import * as z from 'zod'

/**
 * Builders of the schemas by which state is read. They differ from the schemas of requests on purpose: what a caller
 * sends must be exactly right, whereas what is stored may have been written by an older or a newer version of this code,
 * and must survive being read and written by this one.
 */

/**
 * An object whose unknown fields are kept, and so written again with the next change. Typed as if it had only the
 * known fields.
 */
export const storedObject = <Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strip> =>
  z.looseObject(shape) as unknown as z.ZodObject<Shape, z.core.$strip>

/** The names that each {@link storedEnum} knows, for tests that try others. */
export const STORED_NAMES = z.registry<{ readonly names: readonly string[] }>()

/** The forms of each {@link storedUnion}, for tests that try others. */
export const STORED_FORMS = z.registry<{ readonly field: string; readonly forms: object }>()

/**
 * One of several names. A name that only a newer version knows is kept. The type has the known names only, as code
 * decides on these: a `switch` over it needs a branch for any other name.
 */
export const storedEnum = <const Name extends string>(names: readonly Name[]): z.ZodType<Name, Name> =>
  z.string().register(STORED_NAMES, { names }) as unknown as z.ZodType<Name, Name>

/**
 * One of several forms, told apart by the name in one field. An object with a name that only a newer version knows is
 * kept if it has what every form has; one with a known name must have that name's form.
 * @param common what every form has, now and later
 */
export const storedUnion = <Forms extends Readonly<Record<string, z.ZodType>>>(
  field: string,
  forms: Forms,
  common: z.ZodType,
): z.ZodType<z.infer<Forms[keyof Forms]>> => {
  const union = z.unknown().transform((value, context) => {
    const name =
      typeof value === 'object' && value !== null && Object.entries(value).find(([key]) => key === field)?.[1]
    const form = typeof name === 'string' && Object.hasOwn(forms, name) ? forms[name] : undefined
    const { data, error } = (form ?? common).safeParse(value)
    for (const { path, message } of error?.issues ?? []) context.addIssue({ code: 'custom', path: [...path], message })
    return data
  })
  return union.register(STORED_FORMS, { field, forms }) as unknown as z.ZodType<z.infer<Forms[keyof Forms]>>
}
