import type { DialogHost } from './dialog-host.ts'
import { makeListLoader } from './list-loader.ts'
import { type Live, type WatchOptions, watchResource } from './live.ts'
import type { PageContext } from './page.ts'
import type { Session } from './session.ts'

/** What all pages share. */
export interface Surroundings {
  readonly session: Session
  readonly dialog: DialogHost
  readonly redraw: () => void
  readonly announce: (text: string) => void
}

/** Makes what a page works with. @param signal aborted when the page is left, which ends all that it has started */
export function makeContext({ session, dialog, redraw, announce }: Surroundings, signal: AbortSignal): PageContext {
  const { client } = session
  return {
    ...{ client, redraw, signal, announce },
    watch: <Body>(path: string, options: WatchOptions<Body> = {}): Live<Body> => {
      const onChange = (): void => {
        options.onChange?.()
        redraw()
      }
      const live = watchResource<Body>(client, path, { ...options, onChange })
      signal.addEventListener('abort', live.stop)
      return live
    },
    list: (path) => makeListLoader(client, path, redraw, signal),
    go: (address) => {
      location.hash = address
    },
    ask: dialog.ask,
    show: dialog.show,
    closeDialog: dialog.close,
  }
}
