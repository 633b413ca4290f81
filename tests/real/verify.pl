# Verifies a message on stdin as a receiver would; the key's DNS record is the first argument.
use strict;
use warnings;
use Mail::DKIM::Verifier;
use Net::DNS;

my $record = shift @ARGV;
no warnings 'redefine';
*Mail::DKIM::DNS::query = sub {
    my ($name, $type) = @_;
    return $type eq 'TXT' ? (Net::DNS::RR->new(name => $name, type => 'TXT', txtdata => $record)) : ();
};
my $verifier = Mail::DKIM::Verifier->new();
local $/;
$verifier->PRINT(scalar <STDIN>);
$verifier->CLOSE;
my $signature = $verifier->signature;
print $verifier->result, ' ', ($signature ? $signature->domain . ' ' . $signature->selector : ''), "\n";
