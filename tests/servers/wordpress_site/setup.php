<?php
// php setup.php SITE_DIR BASE_URL: installs the site, its people and their application passwords; prints them as JSON.
[$_, $site, $url] = $argv;
$_SERVER['HTTP_HOST'] = parse_url($url, PHP_URL_HOST) . ':' . parse_url($url, PHP_URL_PORT);
$_SERVER['REQUEST_URI'] = '/';
$_SERVER['REQUEST_METHOD'] = 'GET';
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
define('WP_INSTALLING', true);
define('WP_SITEURL', $url);
require $site . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
add_filter('pre_wp_mail', '__return_true');
wp_install('CEO-blog', 'admin', 'admin@example.test', true, '', 'admin-pass', 'nl_NL');
update_option('siteurl', $url);
update_option('home', $url);
update_option('timezone_string', 'Europe/Amsterdam');
update_option('permalink_structure', '/%year%/%monthnum%/%postname%/');
flush_rewrite_rules(false);
$ids = ['admin' => 1];
foreach ([['redactie', 'editor'], ['moderator', 'editor'], ['auteur', 'author'],
          ['sanne', 'subscriber'], ['joris', 'subscriber'], ['fatma', 'subscriber']] as [$name, $role]) {
    $ids[$name] = wp_insert_user(['user_login' => $name, 'user_pass' => "$name-pass",
        'user_email' => "$name@example.test", 'role' => $role, 'display_name' => ucfirst($name)]);
}
$out = [];
foreach ($ids as $name => $id) {
    [$password] = WP_Application_Passwords::create_new_application_password($id, ['name' => 'Luisterpost']);
    $out[$name] = ['id' => $id, 'password' => $password];
}
echo json_encode($out), "\n";
