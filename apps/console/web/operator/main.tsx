import { RouterProvider } from '@tanstack/react-router'
import { show } from '../providers.tsx'
import { operatorRouter } from './router.tsx'

await show(<RouterProvider router={operatorRouter} />)
