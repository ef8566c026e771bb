import { ApiError } from '../../kit/api.ts'
import { labelApi } from '../work/label-api.ts'
import { parseLink, readSignedIn, type SignedIn, signIn, signOut, takeSecret } from '../work/sign-in.ts'
import { type Context, toText } from './context.ts'
import { leaveJob } from './job-flow.ts'
import { showJobs } from './show-jobs.ts'
import { START } from './state.ts'

/** Begins with the link in the address, or as whoever works in this tab already. */
export async function start(context: Context): Promise<void> {
  const secret = takeSecret()
  const known = readSignedIn()
  if (secret !== undefined) await signInWith(context, secret)
  else if (known) await enter(context, known)
  else context.change({ at: 'sign-in' })
}

/** Signs in with a link, or with what follows `#` in it. */
export async function signInWith(context: Context, link: string): Promise<void> {
  const secret = parseLink(link)
  if (secret === undefined) {
    context.change({ at: 'sign-in', problem: 'This is not a whole link. Copy it once more, up to its last character.' })
    return
  }
  context.change({ isLoading: true, problem: undefined })
  try {
    await enter(context, await signIn(secret))
  } catch (error) {
    context.change({ at: 'sign-in', isLoading: false, problem: explain(error) })
  }
}

function explain(error: unknown): string {
  if (error instanceof ApiError && error.status === 401)
    return 'This link is not valid any more. Ask whoever gave it to you for another one.'
  return toText(error)
}

async function enter(context: Context, signedIn: SignedIn): Promise<void> {
  context.change({ signedIn, isLoading: false })
  let renewing: Promise<string> | undefined
  context.api = labelApi(async (isExpired) => {
    const { signedIn: now = signedIn } = context.state
    if (!isExpired) return now.session
    // All calls that find the session expired wait for one new session.
    renewing ??= signIn(now.secret)
      .then((renewed) => {
        context.change({ signedIn: renewed })
        return renewed.session
      })
      .finally(() => {
        renewing = undefined
      })
    return await renewing
  })
  await showJobs(context)
}

/** Forgets the worker in this browser: link, drafts, and answers that were not sent. */
export async function leave(context: Context): Promise<void> {
  const { signedIn } = context.state
  leaveJob(context)
  signOut()
  if (signedIn) await context.store.forget(signedIn.account)
  context.change({ ...START, at: 'sign-in', settings: context.state.settings })
}
