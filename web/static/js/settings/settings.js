/** The page Settings. */

import "../shared/eraseDialog.js";
import "../shared/retention.js";
