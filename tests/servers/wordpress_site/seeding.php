<?php
// Must-use plugin. A request that says it is seeding may comment as often and as alike as it likes, and may say
// when a comment stands at once; every other request meets WordPress as it is.
if (isset($_SERVER['HTTP_X_SEEDING'])) {
    add_filter('comment_flood_filter', '__return_false', 99);
    add_filter('duplicate_comment_id', '__return_false', 99);
    if ($_SERVER['HTTP_X_SEEDING'] === 'approved') {
        add_filter('pre_comment_approved', fn() => 1, 99);
    }
}
