import './docs.css'
import { answersPlugin, revealError } from './answers-plugin.ts'
import { documentPlugin } from './document-plugin.ts'
import { executePlugin } from './execute-plugin.ts'
import { nameControls } from './name-controls.ts'
import { tokenPlugin } from './token-plugin.ts'

/** Swagger UI has colors for dark mode, and leaves it to the page when to use them. */
const dark = matchMedia('(prefers-color-scheme: dark)')
const followColorScheme = () => document.documentElement.classList.toggle('dark-mode', dark.matches)
dark.addEventListener('change', followColorScheme)
followColorScheme()

addEventListener('hashchange', revealError)

const page = document.getElementById('page')
if (page) nameControls(page)

SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#page',
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayOperationId: true,
  displayRequestDuration: true,
  docExpansion: 'none',
  filter: true,
  tryItOutEnabled: true,
  // Swagger UI would send the document to a third party.
  validatorUrl: null,
  plugins: [documentPlugin, tokenPlugin, executePlugin, answersPlugin],
  onComplete: revealError,
})
