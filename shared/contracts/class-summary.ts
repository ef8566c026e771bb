import * as z from 'zod'

/** Class names or ids, as requests take them. */
export const ClassNames = z.array(z.string().min(1).max(200)).min(1).max(100)

const Description = z.object({ classId: z.string(), className: z.string() })

/** A boxable class as the list of a dataset's classes shows it. */
export const ClassSummary = Description.extend({
  imageCount: z
    .int()
    .describe('Images with the class or a class below it, each counted once: what asking for the class finds'),
  boxCount: z.int().describe('Boxes of the class and of those below it'),
  ownImageCount: z.int().describe('Images with the class itself, whatever is below it'),
  ownBoxCount: z.int(),
  subclassCount: z.int().describe('How many classes are below it'),
  parents: z
    .array(Description)
    .describe('The classes right above it. A parent without a name, as the published root is, is left out.'),
}).meta({ id: 'ClassSummary', description: 'A class that can be asked for, and how much of it there is.' })
export type ClassSummary = z.infer<typeof ClassSummary>

/** A requested class and all that it stands for. */
export const ResolvedClass = Description.extend({
  requested: z.string().describe('As the caller wrote it'),
  classIds: z.array(z.string()).describe('The class itself, then all classes below it'),
  subclasses: z.array(Description).describe('The classes below it, parts among them when they were asked for'),
  imageCount: z.int().describe('Images that hold any of `classIds`, each counted once'),
  boxCount: z.int().describe('Boxes of any of `classIds`'),
}).meta({ id: 'ResolvedClass', description: 'A requested class and all that it stands for.' })
export type ResolvedClass = z.infer<typeof ResolvedClass>

export const ResolvedClasses = z.object({
  classes: z.array(ResolvedClass),
  sharedClassIds: z.array(z.string()).describe('Ids that two or more of the classes stand for, in order of appearance'),
})
export type ResolvedClasses = z.infer<typeof ResolvedClasses>
