import { RouterProvider } from '@tanstack/react-router'
import { show } from './providers.tsx'
import { router } from './router.tsx'

await show(<RouterProvider router={router} />)
