/** The page Settings. */

import "../shared/eraseDialog.js";
import "../shared/mode.js";
import "../shared/retention.js";
